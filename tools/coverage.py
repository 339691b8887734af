"""The figures of ./run coverage: lines and branches by room, from what `llvm-cov export -summary-only` writes.

coverage.py SUMMARY.json ROOT [--files]    with --files also every file that is not covered whole, the worst first
"""

import json
import sys

ROOMS = "base graph ops optim models data dump train report cli".split()


def room_of(path, root):
    """The room of a source, or of a header, which is included through a link in the build folder."""
    below = path.split("/include/gradus/")[-1] if "/include/gradus/" in path else path.removeprefix(root + "/")
    return below.split("/")[0], below


def percent(covered, count):
    return f"{100 * covered / count:5.1f} %" if count else "      –"


def main():
    summary, root = sys.argv[1], sys.argv[2]
    totals = {room: [0, 0, 0, 0] for room in ROOMS}
    files = []
    for entry in json.load(open(summary))["data"][0]["files"]:
        room, name = room_of(entry["filename"], root)
        if room not in totals:
            continue
        lines, branches = entry["summary"]["lines"], entry["summary"]["branches"]
        figures = [lines["covered"], lines["count"], branches["covered"], branches["count"]]
        totals[room] = [a + b for a, b in zip(totals[room], figures)]
        files.append((lines["count"] - lines["covered"], name, figures))

    if "--files" in sys.argv:
        for missed, name, (covered, count, *branches) in sorted(files, reverse=True):
            if missed:
                print(f"{name:<44} {missed:5} of {count:5} lines missed, branches {percent(*branches)}")
        print()
    print(f"{'room':<8} {'lines':>14} {'':>9}  {'branches':>14}")
    for room, figures in [*totals.items(), ("all", [sum(column) for column in zip(*totals.values())])]:
        covered, count, taken, outcomes = figures
        print(f"{room:<8} {covered:6} / {count:5} {percent(covered, count):>9}"
              f"  {taken:6} / {outcomes:5} {percent(taken, outcomes):>9}")


main()
