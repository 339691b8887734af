"""The figures of ./run coverage: lines and branches by room, from what `llvm-cov export` writes.

coverage.py EXPORT.json ROOT [--files]    with --files also every file that is not covered whole, the worst first,
                                          and the numbers of its lines that no test runs

A line of the source counts once, however many functions it is a part of (that which holds a lambda, and the lambda),
and however many types a template is made for: it is covered where any of them ran it. llvm-cov's own summary counts
it once for each function. Of a template's branches those of the type that took most of them count. Lines of constexpr
functions that never ran are not counted: the compiler ran them, as what makes the tables of parameters.
"""

import json
import re
import sys

ROOMS = "base graph inspect ops optim models data dump train sweep report fit study cli".split()


def room_of(path, root):
    """The room of a source, or of a header, which is included through a link in the build folder."""
    below = path.split("/include/gradus/")[-1] if "/include/gradus/" in path else path.removeprefix(root + "/")
    return below.split("/")[0], below


def counts_of_lines(segments):
    """How often each line ran that holds any code, as llvm-cov show says: the most of all regions in it."""
    starts = {}
    for line, *rest in segments:
        starts.setdefault(line, []).append(rest)
    counts = {}
    around = None  # the segment that the line begins in
    for line in range(min(starts, default=0), max(starts, default=-1) + 1):
        here = starts.get(line, [])
        regions = [count for _, count, counted, entry, gap in here if entry and counted and not gap]
        skipped = here and here[0][3] and not here[0][2]
        if not skipped and (regions or (around and around[2])):
            counts[line] = max(regions + ([around[1]] if around else []))
        if here:
            around = here[-1]
    return counts


def lines_of_constexpr(path):
    """The lines of constexpr functions, from the declaration to the closing brace."""
    found, depth, inside = set(), 0, False
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        inside = inside or re.search(r"\bconstexpr\b[^=;]*\(.*\{", line) is not None and "if constexpr" not in line
        if inside:
            found.add(number)
            depth += line.count("{") - line.count("}")
            inside = depth > 0
    return found


def ranges(lines):
    """"3, 7-9" of 3, 7, 8, 9."""
    spans = []
    for line in sorted(lines):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def percent(covered, count):
    return f"{100 * covered / count:5.1f} %" if count else "      –"


def main():
    export, root = sys.argv[1], sys.argv[2]
    totals = {room: [0, 0, 0, 0] for room in ROOMS}
    files = []
    compiled = 0
    for entry in json.load(open(export))["data"][0]["files"]:
        room, name = room_of(entry["filename"], root)
        if room not in totals:
            continue
        counts, branches = counts_of_lines(entry["segments"]), entry["summary"]["branches"]
        missed = {line for line, count in counts.items() if count == 0}
        for line in missed & lines_of_constexpr(entry["filename"]):
            missed.remove(line)
            del counts[line]
            compiled += 1
        figures = [len(counts) - len(missed), len(counts), branches["covered"], branches["count"]]
        totals[room] = [a + b for a, b in zip(totals[room], figures)]
        files.append((len(missed), name, figures, ranges(missed)))

    if "--files" in sys.argv:
        for missed, name, (_, count, *branches), lines in sorted(files, reverse=True):
            if missed:
                print(f"{name:<44} {missed:5} of {count:5} lines missed, branches {percent(*branches)}: {lines}")
        print()
    print(f"{'room':<8} {'lines':>14} {'':>9}  {'branches':>14}")
    for room, figures in [*totals.items(), ("all", [sum(column) for column in zip(*totals.values())])]:
        covered, count, taken, outcomes = figures
        print(f"{room:<8} {covered:6} / {count:5} {percent(covered, count):>9}"
              f"  {taken:6} / {outcomes:5} {percent(taken, outcomes):>9}")
    print(f"not counted: {compiled} lines of constexpr functions that the compiler alone ran")


main()
