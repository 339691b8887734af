#!/usr/bin/env python3
"""Trains the networks of the README's accuracy table on real data and prints the table.

    GRADUS_DATA=FOLDER ./run accuracy

takes about five minutes on two cores. The runs stay in runs/accuracy/.
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


def train(program, name, flags):
    out = Path("runs/accuracy") / "".join(c if c.isalnum() else "-" for c in name)
    if not (out / "report.json").exists():
        data = [] if "--data " in flags else ["--data", "mnist"]
        subprocess.run([program, "train", "mlp", *data, *flags.split(), "--out", str(out), "--quiet"], check=True,
                       stdout=sys.stderr)
    return json.loads((out / "report.json").read_text())


def main():
    program = sys.argv[1]
    print("| network | flags of `gradus train mlp` | validation | test | seconds |")
    print("| --- | --- | --- | --- | --- |")
    for name, flags in SETTINGS:
        report = train(program, name, flags)
        assert report["data"]["source"] != "generated"
        print(f"| {name} | `{flags}` | {100 * report['validation']['accuracy']:.2f} % "
              f"| {100 * report['test']['accuracy']:.2f} % | {report['time']['total_s']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
