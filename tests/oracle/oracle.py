"""Random graphs of gradus against PyTorch in double: ./run oracle N, ./run oracle --seed S.

PROGRAM is the built oracle-graphs. Each graph is made of its seed alone.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import time

import torch

import comparison
import judge

SORTS = {"value": "value", "gradient": "gradient", "product": "Hessian-vector product", "extreme": "value, extreme numbers"}


class Tally:
    """How many comparisons were made of a sort, and how far the worst of them was off."""

    def __init__(self):
        self.compared = self.left_out = 0
        self.relative = self.units = 0.0

    def add(self, verdict):
        self.compared += verdict.compared
        self.left_out += not verdict.compared
        if verdict.compared and verdict.passed:
            self.relative = max(self.relative, verdict.relative)
            self.units = max(self.units, verdict.units)


def lines_of(program, first, count, *options):
    """What the program says of each graph; an unfinished one's end is an error."""
    with subprocess.Popen([program, str(first), str(count), *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield from map(json.loads, process.stdout)
        except GeneratorExit:
            process.kill()
            raise
    if process.returncode != 0:
        raise RuntimeError(f"{program} {first} {count} ended with {process.returncode}")


def faults_of(line, tallies):
    faults = list(line["broken"])
    if "error" in line:
        return [*faults, line["error"]]
    try:
        for sort, precision, what, verdict in judge.judge(line):
            tallies[sort, precision].add(verdict)
            if not verdict.passed:
                faults.append(f"{what}: {verdict.why}")
    except (ArithmeticError, KeyError, RuntimeError, ValueError) as error:
        faults.append(f"PyTorch: {error}")
    return faults


def main():
    parser = argparse.ArgumentParser(prog="./run oracle", description=__doc__.splitlines()[0])
    parser.add_argument("program", help=argparse.SUPPRESS)
    parser.add_argument("count", nargs="?", type=int, metavar="N", help="how many graphs: 200, or 1 of a given seed")
    parser.add_argument("--seed", type=int, help="of the first graph; drawn at random otherwise")
    parser.add_argument("--extreme", action="store_true",
                        help="of zeros, infinities, NaN, denormal and huge numbers: values alone")
    options = parser.parse_intermixed_args()
    torch.set_num_threads(1)
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(2**40)
    count = options.count or (200 if options.seed is None else 1)
    print(f"{count} graphs{' of extreme numbers' * options.extreme} from seed {first} on", flush=True)

    begin = shown = time.monotonic()
    tallies = collections.defaultdict(Tally)
    ops = collections.Counter()
    wrong = done = nodes = 0
    for line in lines_of(options.program, first, count, *["extreme"] * options.extreme):
        done += 1
        faults = faults_of(line, tallies)
        for node in line.get("graph", {"nodes": []})["nodes"]:
            ops[node["op"]] += 1
            nodes += 1
        if faults:
            wrong += 1
            print(f"seed {line['seed']}: " + "\n    ".join(faults), flush=True)
        if time.monotonic() - shown > 60:
            shown = time.monotonic()
            print(f"  {done} graphs, {wrong} not clean", flush=True)

    print(f"{done - wrong} of {done} graphs clean: {nodes} nodes of {len(ops)} ops, "
          f"in {time.monotonic() - begin:.0f} s")
    print(f"{'':24}{'precision':12}{'compared':>10}{'left out':>10}{'largest relative error':>25}{'in roundings':>15}")
    for (sort, precision), tally in sorted(tallies.items(), key=lambda t: (list(SORTS).index(t[0][0]), t[0][1])):
        print(f"{SORTS[sort]:24}{precision:12}{tally.compared:10}{tally.left_out:10}{tally.relative:25.2e}"
              f"{tally.units:15.2f}")
    print(f"{comparison.MARGIN:.0f} roundings pass, more in graphs with longer sums. Left out are results that as many "
          f"change by more than {comparison.MEANINGFUL:.0%}: these are held to the bound too, but it tells little.")
    sys.exit(1 if wrong or done < count else 0)


if __name__ == "__main__":
    main()
