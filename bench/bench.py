"""gradus beside steps written by hand, beside what the machine could do, and with --peers beside PyTorch and JAX.

    ./run bench [--peers] [--only NAME…] [--rounds N] [--out FILE]
    ./run bench --check
    ./run bench tables FILE [--write | --check]

The contenders of a subject run by turns, A B C A B C …, in one measurement; one works at a time while the threads of the
others sleep. Of all calls the median and the 10th and 90th percentile are printed; of the rounds the ratio to the fastest
floor with as many threads, each to that of its own round. A floor, and gradus likewise, is held against a reference in
double precision before it is timed.

Subjects that begin with plan have each choice of gradus's plan turned off alone, its ratio to the plan with all on, whose
bits it must give; without the passes, which change how formulae round, the reference judges.

Names for --only: W1 to W6, accurate, plan, roof, triad, handover, conv, chain, adam, growth, costs, or the beginning of
any.
Measure on a machine that does nothing else."""

import argparse
import json
import os
import sys
from pathlib import Path

import costs
import machine
import tables
import workers
from measure import Contender, interleave, summary, told
from workers import Failed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def note(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--peers-python", default="", help=argparse.SUPPRESS)
    parser.add_argument("--peers", action="store_true", help="PyTorch and JAX too, for W1 to W6")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="subjects that begin so")
    parser.add_argument("--rounds", type=int, default=40, help="turns of each contender (40)")
    parser.add_argument("--turn", type=float, default=20, metavar="MS", help="milliseconds of a turn (20)")
    parser.add_argument("--threads", default="", metavar="N,…", help="1 and 2 as far as there are cores")
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="all results as JSON; plots of growth and costs in a folder beside it")
    parser.add_argument("--check", action="store_true", help="run and verify everything once, for no figures")
    given = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    try:
        given.threads = [int(n) for n in given.threads.split(",")] if given.threads else [n for n in (1, 2) if n <= cores]
    except ValueError:
        parser.error(f"--threads takes numbers separated by commas, not '{given.threads}'")
    if not all(1 <= n <= cores for n in given.threads):
        parser.error(f"--threads: this machine has {cores} cores")
    if given.rounds < 1 or given.turn < 0:
        parser.error("at least one round, of no negative time")
    return given


def chosen(name: str, only: list[str]) -> bool:
    return not only or any(name.startswith(beginning) for beginning in only)


def contenders_of(subject: dict, ours: workers.Worker, peers: list, threads: list[int]) -> list[Contender]:
    found = [Contender(e["name"], e["contender"], e["threads"], ours) for e in subject["entries"]]
    if subject["name"].startswith("W"):
        for worker, told_of in peers:
            found += [Contender(f"{subject['name']}/{c}/{told_of['threads']}", c, told_of["threads"], worker)
                      for c in told_of["contenders"]]
    if subject["name"] != "roof":
        found += [Contender(f"roof/peak/{n}", "peak", n, ours) for n in threads]
    return found


def check(subjects: list[dict], ours: workers.Worker, peers: list, threads: list[int]) -> None:
    """Every contender once, and networks with mistakes."""
    ours.ask("mistakes")
    note("networks with a mistake each are refused")
    failed = 0
    for subject in subjects:
        for contender in contenders_of(subject, ours, peers, threads):
            if contender.contender == "peak" and subject["name"] != "roof":
                continue
            try:
                contender.worker.run(contender.name, 0)
                print(f"{contender.name}: right")
            except Failed as error:
                failed += 1
                print(f"{contender.name}: {error}")
    if failed:
        raise SystemExit(f"bench: {failed} contenders failed")


def start(given: argparse.Namespace, threads: list[int]):
    ours = workers.gradus(str(given.build / "bench" / "gradus-bench"), threads)
    told_of = ours.ask("list")
    subjects = [s for s in told_of["subjects"] if chosen(s["name"], given.only)]
    peers = []
    if given.peers:
        networks = [{"name": s["name"], **s["network"]} for s in told_of["subjects"] if "network" in s]
        peers = [(w, w.ask("list")) for w in workers.peers(given.peers_python, str(HERE), threads, networks)]
    return ours, told_of, subjects, peers


def main() -> None:
    given = flags()
    threads = given.threads
    busy = machine.busy()
    ours, told_of, subjects, peers = start(given, threads)
    if not subjects and not chosen("costs", given.only):
        names = ", ".join(s["name"] for s in told_of["subjects"])
        raise SystemExit(f"bench: nothing begins with {' or '.join(given.only)}; there are {names}, costs")
    if given.check:
        check(subjects, ours, peers, threads)
        return
    if busy > 0.05:
        note(f"{100 * busy:.0f} % of this machine's time is used by others: the figures will be of both")
    versions = dict(told_of["versions"])
    for _, peer in peers:
        versions |= peer["versions"]
    results = {"date": machine.today(), "commit": machine.commit(ROOT), "machine": machine.describe(),
               "compiler": told_of["compiler"], "versions": versions, "threads": threads, "rounds": given.rounds,
               "turn_ms": given.turn, "busy_before": round(busy, 3), "subjects": []}
    for subject in subjects:
        run = interleave(contenders_of(subject, ours, peers, threads), given.rounds, given.turn, note)
        results["subjects"].append(summary(subject, run, told_of["peak_flops"]))
        print(told(results["subjects"][-1]), flush=True)
    if chosen("costs", given.only):
        results["costs"] = costs.measure(given.build, ours, note)
        print(costs.told(results["costs"]), flush=True)
    for worker in [ours, *(w for w, _ in peers)]:
        worker.quit()
    results["busy_after"] = round(machine.busy(), 3)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        note(f"wrote {given.out}")
        costs.plot(results, given.out.with_suffix(""), note)


if __name__ == "__main__":
    if sys.argv[1:2] == ["tables"]:
        tables.main(sys.argv[2:], ROOT)
    else:
        try:
            main()
        except KeyboardInterrupt:
            raise SystemExit(130)
