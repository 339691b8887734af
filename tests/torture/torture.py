"""Runs `gradus` under injected faults, goes on after each, and compares with an undisturbed run to the bit.

    torture.py PROGRAM LIBRARY [--short | --points N] [--only KIND[/COMMAND]] [--seed S] [--point NAME] [--jobs N]

Every point has a name, as kill/train/rename/7; --point runs that one alone and keeps its folder."""

import argparse
import functools
import itertools
import os
import random
import re
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kinds
from program import Program
from scenarios import Scenarios, Verdict, add_commands

OUTCOMES = {
    "same": "same result",
    "refused": "one message",
    "resumed": "resumed",
    "library": "in oneDNN",
    "missed": "not reached",
    "fault": "FAULTS",
}
# Of each kind this many points in the short version.
SHORT = 15


def some_of_each(points: list[kinds.Point], number: int, chance: random.Random) -> list[kinds.Point]:
    """So many points by chance, in which every command comes as often as any other, or all that it has."""
    commands: dict[str, list[kinds.Point]] = {}
    for point in chance.sample(points, len(points)):
        commands.setdefault(point.name.split("/")[1], []).append(point)
    rounds = itertools.zip_longest(*commands.values())
    return [point for turn in rounds for point in turn if point is not None][:number]


def run_point(point: kinds.Point, folder: Path, keep: bool) -> Verdict:
    own = Path(tempfile.mkdtemp(dir=folder))
    try:
        return point.run(own / "place")
    except Exception as error:  # A fault of the harness counts as one of the program: somebody must look.
        return Verdict("fault", [f"{type(error).__name__}: {error}"])
    finally:
        if not keep:
            shutil.rmtree(own)


def report(name: str, results: list[tuple[kinds.Point, Verdict]], seconds: float) -> int:
    counts = {outcome: sum(verdict.outcome == outcome for _, verdict in results) for outcome in OUTCOMES}
    columns = "".join(f"{count:>13}" for count in counts.values())
    print(f"{name:<12}{len(results):>7}{columns}{seconds:>8.0f} s", flush=True)
    return counts["fault"]


def show(results: list[tuple[kinds.Point, Verdict]], out) -> None:
    """What is wrong, each fault with the first point that shows it and the number of others."""
    alike: dict[str, list[tuple[kinds.Point, Verdict]]] = {}
    for point, verdict in sorted(results, key=lambda result: result[0].name):
        if verdict.trouble:
            alike.setdefault(re.sub(r"[0-9a-f]{16}|\d+", "N", verdict.trouble[0]), []).append((point, verdict))
    for (point, verdict), *others in alike.values():
        print(f"\n  ./run torture --point '{point.name}'", *verdict.trouble, sep="\n      ", file=out)
        if others:
            print(f"      and {len(others)} alike: {', '.join(point.name for point, _ in others[:6])}", file=out)
    out.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run torture")
    parser.add_argument("program", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--short", dest="points", action="store_const", const=SHORT, help=f"{SHORT} points of each kind")
    parser.add_argument("--points", type=int, metavar="N", help="N points of each kind, by chance")
    parser.add_argument("--only", metavar="KIND", help="one kind, or one command of it: error/train")
    parser.add_argument("--seed", type=int, default=1, help="of random times, and of what --points takes")
    parser.add_argument("--point", metavar="NAME", help="one point, whose folder is kept")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--log", type=Path, help="a file for what is wrong at each faulty point")
    options = parser.parse_args()
    every = {
        "kill": kinds.kill,
        "random": kinds.at_random,
        "size": kinds.size,
        "error": kinds.error,
        "limit": kinds.limit,
        "allocation": functools.partial(kinds.allocation, library=options.library.resolve()),
        "stream": kinds.stream,
        "two": kinds.two,
    }
    wanted = options.point or options.only or ""
    if wanted and wanted.partition("/")[0] not in every:
        parser.error(f"there is no kind '{wanted}', but: {', '.join(every)}")

    folder = Path(tempfile.mkdtemp(prefix="gradus-torture-"))
    scenarios = Scenarios(Program(options.program, folder), folder)
    add_commands(scenarios)
    faults = 0
    log = options.log.open("w") if options.log else sys.stdout
    print(f"{'kind':<12}{'points':>7}" + "".join(f"{title:>13}" for title in OUTCOMES.values()) + f"{'time':>10}")
    for name, kind in every.items():
        if wanted and wanted.partition("/")[0] != name:
            continue
        began = time.monotonic()
        chance = random.Random(f"{options.seed} {name}")
        points = [point for point in kind(scenarios, chance) if point.name.startswith(wanted)]
        if options.point:
            points = [point for point in points if point.name == options.point]
        if options.points:
            points = some_of_each(points, options.points, chance)
        with ThreadPoolExecutor(options.jobs) as pool:
            verdicts = pool.map(lambda point: run_point(point, folder, keep=options.point is not None), points)
            results = list(zip(points, verdicts))
        faults += report(name, results, time.monotonic() - began)
        show(results, log)
    if options.point:
        print(f"Its folder: {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
