"""The tables of README's part "Speed", from a file of results.

    ./run bench tables FILE             print them
    ./run bench tables FILE --write     put them into README.md, between its two marks
    ./run bench tables [FILE] --check   say whether README.md has those of FILE, or of the file it names itself
"""

import argparse
import json
import re
from pathlib import Path

BEGIN, END = "<!-- bench: {} -->", "<!-- end of bench -->"
MARKED = re.compile(r"<!-- bench: (?P<file>\S+) -->\n(?P<text>.*?)<!-- end of bench -->", re.DOTALL)
PEERS = ("PyTorch", "PyTorch compiled", "JAX")
TURNED_OFF = ("passes off", "fuse off", "memory apart", "regions off", "machine code off")


def number(value: float) -> str:
    """Three digits, and all before the point: 1234, 123, 12.3."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


class Subject:
    def __init__(self, result: dict):
        self.result = result
        self.name = result["name"]

    def told(self, first: bool) -> str:
        """In the first of its lines, with the name that --only takes."""
        return f"{self.name}: {self.result['description']}" if first else ""

    def line(self, contender: str, threads: int) -> dict | None:
        found = [c for c in self.result["contenders"] if c["threads"] == threads and
                 (c.get("is_floor") if contender == "floor" else c["contender"] == contender)]
        return found[0] if found else None

    def time(self, contender: str, threads: int) -> str:
        line = self.line(contender, threads)
        return number(line["median"]) if line else ""

    def against(self, contender: str, threads: int, other: str) -> str:
        """The time, and its part of the other's."""
        ours, theirs = self.line(contender, threads), self.line(other, threads)
        if not ours or not theirs:
            return self.time(contender, threads)
        ratio = ours["ratio"]["median"] if other == "floor" and "ratio" in ours else ours["median"] / theirs["median"]
        return f"{number(ours['median'])} ({ratio:.2f} ×)"

    def at_peak(self, threads: int) -> str:
        peak = self.result["peak_gflops"].get(str(threads))
        return number(self.result["flops"] / peak / 1e3) if peak and self.result["flops"] else ""


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def machine_of(results: dict) -> str:
    m = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    kind = f"a virtual machine with {m['cores']} cores" if m["virtual"] else f"{m['cores']} cores"
    return (f"Median µs; {kind} of {m['model']} (family, model, stepping {m['family']}), {results['date']}, commit "
            f"{results['commit']}, {results['compiler']}, {versions}.\n")


def roof(results: dict) -> str:
    by_name = {s["name"]: s for s in results["subjects"]}
    if "roof" not in by_name:
        return ""
    def bandwidth(name: str) -> str:
        return " and ".join(f"{c['gbytes']:.0f}" for c in by_name[name]["contenders"]) if name in by_name else "–"

    peak = " and ".join(f"{gflops:.0f}" for gflops in by_name["roof"]["peak_gflops"].values())
    text = (f"With {' and '.join(map(str, results['threads']))} threads the machine makes at most {peak} GFLOP/s, and moves "
            f"{bandwidth('triad-cache')} GB/s within the second-level cache, {bandwidth('triad-memory')} GB/s beyond the last")
    ways = by_name.get("handover", {}).get("contenders")
    return text + (f"; a cache line goes from one core to the other in {ways[0]['median']:.0f} ns.\n" if ways else ".\n")


def speed_tables(results: dict) -> str:
    threads = results["threads"]
    subjects = [Subject(s) for s in results["subjects"]]
    networks = [s for s in subjects if re.match(r"W\d|accurate", s.name)]
    parts = [s for s in subjects if re.match(r"conv|chain|adam", s.name)]
    text = [machine_of(results), roof(results)]
    peers = [p for p in PEERS if any(s.line(p, n) for s in networks for n in threads)]
    if networks:
        text.append(table(
            ["network", "threads", "at peak", "floor", "gradus", *peers],
            [[s.told(n == threads[0]), str(n), s.at_peak(n), s.time("floor", n),
              s.against("gradus", n, "floor"), *(s.against(p, n, "gradus") for p in peers)]
             for s in networks for n in threads]))
    if parts:
        def cell(s: Subject, contender: str, n: int) -> str:
            line = s.line(contender, n)
            if not line:
                return ""
            share = f" ({line['gflops']:.0f} GFLOP/s, {100 * line['of_peak']:.0f} %)" if "of_peak" in line else \
                f" ({line['gbytes']:.0f} GB/s)" if "gbytes" in line else ""
            return number(line["median"]) + share

        text.append(table(
            ["part", "threads", "floor", "gradus", "oneDNN"],
            [[s.told(n == threads[0]), str(n),
              *(cell(s, what, n) for what in ("floor", "gradus", "oneDNN"))] for s in parts for n in threads]))
    text.append(plans_table([s for s in subjects if s.name.startswith("plan-")], threads))
    if "costs" in results:
        text.append(costs_table(results["costs"]))
    return "\n".join(part for part in text if part)


def plans_table(plans: list[Subject], threads: list[int]) -> str:
    if not plans:
        return ""

    def cell(s: Subject, choice: str) -> str:
        lines = [s.line(choice, n) for n in threads]
        return " / ".join(f"{line['ratio']['median']:.2f}" if line and "ratio" in line else "–" for line in lines)

    return (f"A step with one choice of the plan turned off, as a multiple of the step with all on; "
            f"threads: {' / '.join(map(str, threads))}.\n\n" +
            table(["network", *TURNED_OFF], [[s.told(True), *(cell(s, choice) for choice in TURNED_OFF)] for s in plans]))


def costs_table(found: dict) -> str:
    rows = [["start of `gradus train mlp` to its first step", f"{found['start_up_ms']['median']:.0f} ms"]]
    for m in found["memory"]:
        rows.append([f"memory of `gradus train {m['model']}`; of it data",
                     f"{m['run_bytes'] / 1e6:.0f} MB; {m['data_bytes'] / 1e6:.0f} MB"])
    for s in sorted(found["steps"], key=lambda step: step["name"]):
        rows.append([f"values of a step of {s['name']}; with memory for every node",
                     f"{s['planned_bytes'] / 1e6:.2f} MB; {s['unplanned_bytes'] / 1e6:.2f} MB"])
    by_graph: dict[str, list[dict]] = {}
    for c in found["compilation"]:
        by_graph.setdefault(c["graph"], []).append(c)
    for graph, lines in by_graph.items():
        rows.append([f"compilation of {', '.join(format(c['nodes'], ',') for c in lines)} nodes ({graph})",
                     ", ".join(f"{number(c['ms'])} ms" for c in lines)])
    rows.append(["allocations of a step, by gradus itself", str(max(s["news"] for s in found["steps"]))])
    return table(["cost", "measured"], rows)


def main(arguments: list[str], root: Path) -> None:
    parser = argparse.ArgumentParser(prog="./run bench tables", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--write", action="store_true")
    how.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    readme = root / "README.md"
    marked = MARKED.search(readme.read_text())
    if (given.write or given.check) and not marked:
        raise SystemExit(f"bench: README.md has no '{BEGIN.format('FILE')}' with '{END}' below it")
    if not given.file and not given.check:
        parser.error("which file of results?")
    file = given.file or root / marked["file"]
    name = file.resolve().relative_to(root) if file.resolve().is_relative_to(root) else file
    if not file.exists():
        raise SystemExit(f"bench: there is no {name}: ./run bench --peers --out {name} makes it")
    text = speed_tables(json.loads(file.read_text()))
    if given.write:
        whole = readme.read_text()
        readme.write_text(whole[:marked.start()] + f"{BEGIN.format(name)}\n{text}{END}" + whole[marked.end():])
    elif given.check:
        if marked["text"] != text:
            raise SystemExit(f"bench: README.md does not have the tables of {name}: ./run bench tables {name} --write")
        print(f"README.md has the tables of {name}")
    else:
        print(text, end="")
