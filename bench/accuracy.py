#!/usr/bin/env python3
"""Trains the networks of the README's accuracy tables on real data and prints the table.

    GRADUS_DATA=FOLDER ./run accuracy [mlp|cnn]

trains each with the seeds 0 (the default), 1 and 2. On two cores that takes about half an hour for the multilayer
perceptrons and an hour for the networks that see augmented images. The runs stay in runs/accuracy/, and what is there
is not trained again.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

COURSE = "--batch 64 --epochs 15 --init glorot"
MLP = [
    *((f"{a}, SGD 0.01", f"mlp {COURSE} --activation {a} --optimizer sgd --lr 0.01")
      for a in ("sigmoid", "tanh", "relu")),
    *((f"{a}, Adam 0.001", f"mlp {COURSE} --activation {a} --optimizer adam --lr 0.001")
      for a in ("sigmoid", "tanh", "relu")),
    ("784-64-10, sigmoid, sum over 256, 0.001",
     "mlp --hidden 64 --activation sigmoid --init gaussian:0.1 --batch 256 --epochs 15 "
     "--optimizer sgd --lr 0.001 --reduction sum"),
    ("relu, Adam, squared error", "mlp --epochs 5 --loss squared-error"),
    ("relu, Adam, L2 1e-5", "mlp --epochs 5 --l2 1e-5"),
    ("relu, Adam, L1 1e-6", "mlp --epochs 5 --l1 1e-6"),
    ("Fashion-MNIST, 128-128-128, relu, Adam",
     "mlp --data fashion-mnist --hidden 128,128,128 --batch 32 --epochs 10"),
]
ACCURATE = "--model-size accurate --batch 128 --epochs 18 --lr 0.003 --schedule warm-up:400+cosine --log-every 400"
CNN = [
    ("LeNet, Adam 0.001", "cnn"),
    ("LeNet, SGD, sum over 256, 0.001", "cnn --optimizer sgd --lr 0.001 --reduction sum"),
    ("784-500-250-100-10, elastic", "mlp --epochs 30 --schedule cosine --augment elastic"),
    ("accurate", f"cnn {ACCURATE} --augment shift,rotate,scale,shear"),
    ("accurate, Fashion-MNIST", f"cnn --data fashion-mnist {ACCURATE} --augment shift:1,flip"),
]
SEEDS = (0, 1, 2)


def train(program, name, flags, seed):
    """The report of a run, from its folder where it has been trained before."""
    out = Path("runs/accuracy") / f"{''.join(c if c.isalnum() else '-' for c in name)}-seed-{seed}"
    if not (out / "report.json").exists():
        data = [] if "--data " in flags else ["--data", "mnist"]
        subprocess.run([program, "train", *flags.split(), *data, "--seed", str(seed), "--out", str(out), "--quiet"],
                       check=True, stdout=sys.stderr)
    report = json.loads((out / "report.json").read_text())
    assert report["data"]["source"] != "generated"
    return report


def main():
    program, *chosen = sys.argv[1:]
    if chosen not in ([], ["mlp"], ["cnn"]):
        sys.exit("usage: ./run accuracy [mlp|cnn]")
    settings = {"mlp": MLP, "cnn": CNN}
    print("| network | `gradus train` | validation | test | test of three seeds: mean, min to max |")
    print("| --- | --- | --- | --- | --- |")
    for name, flags in [row for model in chosen or settings for row in settings[model]]:
        reports = [train(program, name, flags, seed) for seed in SEEDS]
        tests = [100 * report["test"]["accuracy"] for report in reports]
        print(f"| {name} | `{flags}` | {100 * reports[0]['validation']['accuracy']:.2f} % | {tests[0]:.2f} % "
              f"| {statistics.mean(tests):.2f} %, {min(tests):.2f} to {max(tests):.2f} % |", flush=True)


if __name__ == "__main__":
    main()
