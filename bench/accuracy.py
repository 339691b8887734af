#!/usr/bin/env python3
"""Trains the networks of the README's accuracy table on real data and prints the table.

    GRADUS_DATA=FOLDER ./run accuracy

trains each with the seeds 0 (the default), 1 and 2, which takes about a quarter of an hour on two cores. The runs stay in runs/accuracy/.
"""

import json
import subprocess
import sys
from pathlib import Path

COURSE = "--batch 64 --epochs 15 --init glorot"
SETTINGS = [
    *((f"{a}, plain descent 0.01", f"{COURSE} --activation {a} --optimizer sgd --lr 0.01")
      for a in ("sigmoid", "tanh", "relu")),
    *((f"{a}, Adam 0.001", f"{COURSE} --activation {a} --optimizer adam --lr 0.001")
      for a in ("sigmoid", "tanh", "relu")),
    ("784-64-10, sigmoid, sum over 256, 0.001",
     "--hidden 64 --activation sigmoid --init gaussian:0.1 --batch 256 --epochs 15 "
     "--optimizer sgd --lr 0.001 --reduction sum"),
    ("relu, Adam, squared error", "--epochs 5 --loss squared-error"),
    ("relu, Adam, L2 1e-5", "--epochs 5 --l2 1e-5"),
    ("relu, Adam, L1 1e-6", "--epochs 5 --l1 1e-6"),
    ("Fashion-MNIST, 128-128-128, relu, Adam",
     "--data fashion-mnist --hidden 128,128,128 --batch 32 --epochs 10"),
]


SEEDS = (0, 1, 2)


def train(program, name, flags, seed):
    """The report of a run, from its folder where it has been trained before."""
    out = Path("runs/accuracy") / f"{''.join(c if c.isalnum() else '-' for c in name)}-seed-{seed}"
    if not (out / "report.json").exists():
        data = [] if "--data " in flags else ["--data", "mnist"]
        subprocess.run([program, "train", "mlp", *data, *flags.split(), "--seed", str(seed), "--out", str(out),
                        "--quiet"], check=True, stdout=sys.stderr)
    report = json.loads((out / "report.json").read_text())
    assert report["data"]["source"] != "generated"
    return report


def main():
    program = sys.argv[1]
    print("| network | flags of `gradus train mlp` | validation | test | test, three seeds |")
    print("| --- | --- | --- | --- | --- |")
    for name, flags in SETTINGS:
        reports = [train(program, name, flags, seed) for seed in SEEDS]
        tests = [100 * report["test"]["accuracy"] for report in reports]
        print(f"| {name} | `{flags}` | {100 * reports[0]['validation']['accuracy']:.2f} % "
              f"| {tests[0]:.2f} % | {min(tests):.2f} - {max(tests):.2f} % |", flush=True)


if __name__ == "__main__":
    main()
