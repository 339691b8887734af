"""What training costs besides the time of a step: compilation against nodes, start-up, memory; and plots of these and of
how a step grows."""

import json
import os
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from measure import spread

STARTS = 7
COLOURS = ("#0072b2", "#d55e00", "#009e73")


def compilation(build: Path) -> list[dict]:
    """Milliseconds from nothing to a compiled step, of bench-compile."""
    done = subprocess.run([build / "bench" / "bench-compile", "--benchmark_format=json"], check=True,
                          capture_output=True, text=True)
    return [{"graph": b["name"].split("/")[1], "nodes": int(b["nodes"]), "ms": round(b["real_time"], 2)}
            for b in json.loads(done.stdout)["benchmarks"]]


def start_up(program: Path) -> dict[str, float]:
    """Milliseconds from the start of `gradus train mlp` to the line of metrics.csv about its first step, with the data set
    on this machine and its files in the cache. The line has the validation images too: one, here."""
    times = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            metrics = Path(folder) / "run" / "metrics.csv"
            began = time.perf_counter()
            process = subprocess.Popen([program, "train", "mlp", "--log-every", "1", "--validation", "1", "--quiet", "--out",
                                        metrics.parent],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and not (metrics.exists() and metrics.read_bytes().count(b"\n") > 1):
                time.sleep(0.0005)
            times.append(1000 * (time.perf_counter() - began))
            process.kill()
            process.wait()
    return spread(times)


def most_memory(command: list) -> int:
    """Bytes that a command had in memory at most."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"bench: {' '.join(map(str, command))} ended with {process.returncode}")
    return 1024 * usage.ru_maxrss


def write_few_images(folder: Path, count: int) -> None:
    """The four files of a data set of so many black images."""
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, count, 28, 28) + bytes(784 * count))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(
            struct.pack(">II", 0x801, count) + bytes(i % 10 for i in range(count)))


def memory(program: Path) -> list[dict]:
    """Of a run with its data, of the same with 256 images; what lies between is the data."""
    rows = []
    for model in ("mlp", "cnn"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_few_images(folder, 256)
            command = [program, "train", model, "--epochs", "1", "--quiet"]
            whole = most_memory([*command, "--out", folder / "whole"])
            few = most_memory([*command, "--validation", "64", "--batch", "64", "--data", folder, "--out", folder / "few"])
        rows.append({"model": model, "run_bytes": whole, "without_data_bytes": few, "data_bytes": whole - few})
    return rows


def measure(build: Path, ours, note) -> dict:
    program = build / "gradus"
    note("costs: compilation, start-up, memory")
    return {"steps": ours.ask("costs")["steps"], "compilation": compilation(build), "start_up_ms": start_up(program),
            "memory": memory(program)}


def told(found: dict) -> str:
    lines = ["costs"]
    for c in found["compilation"]:
        lines.append(f"  compile {c['graph']:<10}{c['nodes']:>8} nodes{c['ms']:>11.1f} ms")
    start = found["start_up_ms"]
    lines.append(f"  start to first step {start['median']:.0f} ms ({start['p10']:.0f} – {start['p90']:.0f})")
    for m in found["memory"]:
        lines.append(f"  gradus train {m['model']}: {m['run_bytes'] / 1e6:.0f} MB at most, {m['data_bytes'] / 1e6:.0f} MB of "
                     "them data")
    for s in found["steps"]:
        lines.append(f"  {s['name']:<10}planned {s['planned_bytes'] / 1e6:>7.2f} MB, unplanned {s['unplanned_bytes'] / 1e6:>7.2f} MB, "
                     f"state {s['state_bytes'] / 1e6:.2f} MB; a step allocates {s['news']} times itself, "
                     f"{s['allocations'] - s['news']} times in oneDNN")
    return "\n".join(lines) + "\n"


def growth_series(results: dict) -> dict[str, dict[int, list[tuple[int, float]]]]:
    """µs of a step by what grows, by threads: {"width": {1: [(16, …), …]}}."""
    series: dict = {}
    for subject in results["subjects"]:
        if subject["name"].startswith("growth-"):
            _, what, value = subject["name"].split("-")
            for c in subject["contenders"]:
                series.setdefault(what, {}).setdefault(c["threads"], []).append((int(value), c["median"]))
    return series


def draw(path: Path, x_label: str, y_label: str, lines: dict[str, list[tuple[float, float]]]) -> None:
    """Lines over logarithmic axes, by gnuplot."""
    blocks = "".join(f"$line{i} << END\n" + "".join(f"{x} {y}\n" for x, y in sorted(points)) + "END\n"
                     for i, points in enumerate(lines.values()))
    plots = ", ".join(f"$line{i} with linespoints pointtype 7 pointsize 0.5 linewidth 2 linecolor rgb '{colour}' title '{name}'"
                      for i, (name, colour) in enumerate(zip(lines, COLOURS)))
    script = (f"{blocks}set terminal svg size 520,350 font 'sans-serif,13' background rgb 'white'\nset output '{path}'\n"
              f"set logscale xy\nset autoscale xfix\nset xlabel '{x_label}'\nset ylabel '{y_label}'\nset key top left\n"
              f"set grid linecolor rgb '#dddddd'\nplot {plots}\n")
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def plot(results: dict, folder: Path, note) -> None:
    """SVG files in a folder of the results' name."""
    charts = [(f"step-by-{what}", what, "µs of a training step", {f"threads: {n}": points for n, points in by_threads.items()})
              for what, by_threads in growth_series(results).items()]
    if compiled := results.get("costs", {}).get("compilation"):
        by_graph: dict = {}
        for c in compiled:
            by_graph.setdefault(c["graph"], []).append((c["nodes"], c["ms"]))
        charts.append(("compilation", "nodes", "ms to declare, differentiate and compile", by_graph))
    if not charts:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, *chart in charts:
        draw(folder / f"{name}.svg", *chart)
    note(f"wrote {len(charts)} plots into {folder}")
