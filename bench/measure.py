"""Rounds over all contenders of a subject, and what comes out of them."""

import statistics
import time
from dataclasses import dataclass, field

from workers import Failed, Worker

PEERS_GO_TO_SLEEP = 0.01  # seconds: OpenMP's threads, which PyTorch uses, spin for some milliseconds after their work


@dataclass
class Contender:
    name: str  # SUBJECT/CONTENDER/THREADS, as its worker knows it
    contender: str
    threads: int
    worker: Worker
    rounds: list[list[float]] = field(default_factory=list)  # µs of the calls of each round


def quantile(values: list[float], part: float) -> float:
    """Between the neighbours in order, as far as `part` lies between them."""
    values = sorted(values)
    at = part * (len(values) - 1)
    below = int(at)
    above = min(below + 1, len(values) - 1)
    return values[below] + (at - below) * (values[above] - values[below])


def spread(values: list[float]) -> dict[str, float]:
    return {name: float(f"{quantile(values, part):.5g}") for name, part in (("median", 0.5), ("p10", 0.1), ("p90", 0.9))}


def ratios(ours: Contender, other: Contender) -> dict[str, float]:
    """Of the rounds' medians, each to that of the same round: what drifts from round to round drifts for both."""
    return spread([statistics.median(a) / statistics.median(b) for a, b in zip(ours.rounds, other.rounds)])


def interleave(contenders: list[Contender], rounds: int, milliseconds: float, note) -> list[Contender]:
    """A B C A B C …, each for so long at a time. A contender that fails is named and left out."""
    left = []
    for contender in contenders:
        try:
            contender.worker.run(contender.name, 0)
            left.append(contender)
        except Failed as error:
            note(f"{contender.name} is left out: {error}")
    for _ in range(rounds):
        for contender in left:
            contender.rounds.append(contender.worker.run(contender.name, milliseconds))
            if contender.worker is not contenders[0].worker:
                time.sleep(PEERS_GO_TO_SLEEP)
    return left


def summary(subject: dict, contenders: list[Contender], peak_flops: float) -> dict:
    """Medians, spreads, ratios to the fastest floor of as many threads, or to the plan with all on, and shares of the peak
    of the same rounds."""
    def times(c: Contender) -> list[float]:
        return [t for calls in c.rounds for t in calls]

    peaks = {c.threads: c for c in contenders if c.contender == "peak"}
    floors: dict[int, Contender] = {}
    for c in contenders:
        if c.contender.startswith("floor"):
            best = floors.get(c.threads)
            if best is None or statistics.median(times(c)) < statistics.median(times(best)):
                floors[c.threads] = c
    whole_plans = {c.threads: c for c in contenders if c.contender == "all on"}
    result = {key: subject[key] for key in ("name", "description", "flops", "bytes")}
    result["peak_gflops"] = {str(n): round(peak_flops * n / statistics.median(times(c)) / 1e3, 1) for n, c in peaks.items()}
    result["contenders"] = []
    for c in contenders:
        if c.contender == "peak" and subject["name"] != "roof":
            continue
        line = {"contender": c.contender, "threads": c.threads, "calls": len(times(c)), **spread(times(c))}
        if c.threads in floors:
            line["ratio"] = ratios(c, floors[c.threads])
            if c is floors[c.threads]:
                line["is_floor"] = True
        elif c.threads in whole_plans:
            line["ratio"] = ratios(c, whole_plans[c.threads])
        if subject["flops"]:
            line["gflops"] = round(subject["flops"] / line["median"] / 1e3, 1)
            if c.threads in peaks:
                line["of_peak"] = round(line["gflops"] / result["peak_gflops"][str(c.threads)], 3)
        if subject["bytes"]:
            scale = c.threads if subject["name"].startswith("triad") else 1
            line["gbytes"] = round(scale * subject["bytes"] / line["median"] / 1e3, 1)
        result["contenders"].append(line)
    return result


def told(result: dict) -> str:
    """A subject as a table for the terminal."""
    peaks = result["peak_gflops"]
    lines = [f"{result['name']}  {result['description']}"]
    if result["flops"]:
        at_peak = ", ".join(f"{result['flops'] / gflops / 1e3:.0f} µs with {n}" for n, gflops in peaks.items())
        lines.append(f"{result['flops'] / 1e6:.1f} MFLOP; at the peak: {at_peak}")
    for c in result["contenders"]:
        line = f"  {c['contender']:<18}{c['threads']:>2}{c['median']:>11.1f} µs  {c['p10']:>9.1f} –{c['p90']:>9.1f}"
        if "ratio" in c:
            line += f"{c['ratio']['median']:>8.2f} ×" + (" floor" if c.get("is_floor") else "      ")
        if "gflops" in c:
            line += f"{c['gflops']:>8.0f} GFLOP/s" + (f" {100 * c['of_peak']:>4.0f} %" if "of_peak" in c else "")
        if "gbytes" in c:
            line += f"{c['gbytes']:>8.0f} GB/s"
        lines.append(line)
    if result["name"] == "roof":
        lines.append("  " + ", ".join(f"{gflops:.0f} GFLOP/s with {n}" for n, gflops in peaks.items()))
    return "\n".join(lines) + "\n"
