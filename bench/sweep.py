"""The trials of a sweep once more in PyTorch, and how long each program took.

    sweep.py FOLDER [--sample N] [--seed S]

FOLDER is that of a finished `gradus sweep` of an MLP. Of its trials a sample is trained in PyTorch as somebody would who
cares for speed: as many processes as gradus had trials at once (--processes), one thread each, the images in memory as
floats, batches by indexing without a DataLoader, fused updates where PyTorch has them, validation once an epoch. Both
times are those of the same trials."""

import argparse
import gzip
import json
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def images_and_labels(folder: Path, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    def numbers(name: str, header: int) -> np.ndarray:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.exists():
                contents = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
                return np.frombuffer(contents, np.uint8, offset=header)
        raise SystemExit(f"there is no {folder / name}: give --data-dir")

    pixels = numbers(f"{part}-images-idx3-ubyte", 16).reshape(-1, 784)
    return torch.tensor(pixels / np.float32(255)), torch.tensor(numbers(f"{part}-labels-idx1-ubyte", 8).astype(np.int64))


def optimizer(name: str, groups: list[dict], lr: float, momentum: float) -> torch.optim.Optimizer:
    match name:
        case "sgd":
            return torch.optim.SGD(groups, lr=lr, fused=True)
        case "momentum" | "nesterov":
            return torch.optim.SGD(groups, lr=lr, momentum=momentum, nesterov=name == "nesterov", fused=True)
        case "rmsprop":
            return torch.optim.RMSprop(groups, lr=lr, foreach=True)
        case "adam":
            return torch.optim.Adam(groups, lr=lr, fused=True)
        case "nadam":
            return torch.optim.NAdam(groups, lr=lr, foreach=True)
    raise SystemExit(f"this script has no optimizer {name}")


def network(sizes: list[int], activation: str, init: str) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in zip([784, *sizes], [*sizes, 10]):
        dense = nn.Linear(inputs, outputs)
        if init == "glorot":
            nn.init.xavier_uniform_(dense.weight)
        else:
            nn.init.normal_(dense.weight, std=float(init.partition(":")[2] or 0.01))
        nn.init.zeros_(dense.bias)
        layers += [dense, ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])


def train(trial: dict, settings: dict, folder: Path) -> tuple[float, float]:
    """Seconds and the last accuracy on validation."""
    torch.set_num_threads(1)
    torch.manual_seed(int(settings["seed"]))
    images, labels = images_and_labels(folder, "train")
    kept = len(images) - int(settings["validation"])
    values = settings | dict(trial["values"])
    sizes = [int(values["hidden_size"])] * int(values["hidden_layers"])
    batch = int(values["batch"])
    began = time.monotonic()
    model = network(sizes, values["activation"], values["init"])
    # λ Σ w² of the weights alone.
    groups = [
        {"params": [p for p in model.parameters() if p.dim() == 2], "weight_decay": 2 * float(values["l2"])},
        {"params": [p for p in model.parameters() if p.dim() == 1]},
    ]
    update = optimizer(values["optimizer"], groups, float(values["learning_rate"]), float(values.get("momentum", 0.9)))
    loss_of = nn.CrossEntropyLoss()
    accuracy = 0.0
    for _ in range(int(values["epochs"])):
        for chosen in torch.randperm(kept).split(batch):
            if len(chosen) < batch and values.get("drop_last") == "true":
                continue
            loss = loss_of(model(images[chosen]), labels[chosen])
            update.zero_grad(set_to_none=True)
            loss.backward()
            update.step()
        with torch.no_grad():
            accuracy = (model(images[kept:]).argmax(1) == labels[kept:]).float().mean().item()
    return time.monotonic() - began, accuracy


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--sample", type=int, default=12)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--processes", type=int, default=os.cpu_count())
    arguments.add_argument("--data-dir", type=Path, default=os.environ.get("GRADUS_DATA"))
    given = arguments.parse_args()
    plan = json.loads((given.folder / "sweep.json").read_text())
    lines = [json.loads(line) for line in (given.folder / "trials.jsonl").read_text().splitlines()]
    lines.sort(key=lambda line: line["trial"])
    sample = random.Random(given.seed).sample(lines, min(given.sample, len(lines)))
    data = Path(given.data_dir) / plan["data"]
    settings = {name: value for name, value in plan["settings"].items()}
    print(f"{len(sample)} of {len(lines)} trials, PyTorch {torch.__version__}, {given.processes} processes of one thread")
    print(f"{'trial':<6}{'gradus s':>9}{'PyTorch s':>11}{'ratio':>7}{'gradus %':>10}{'PyTorch %':>11}")
    ours = theirs = 0.0
    with ProcessPoolExecutor(given.processes) as pool:
        results = pool.map(train, sample, [settings] * len(sample), [data] * len(sample))
        for line, (seconds, accuracy) in zip(sample, results):
            last = line["last"]["accuracy"] if line["last"] else float("nan")
            print(f"{line['trial']:04}  {line['seconds']:>9.2f}{seconds:>11.2f}{seconds / line['seconds']:>7.1f}"
                  f"{100 * last:>10.2f}{100 * accuracy:>11.2f}", flush=True)
            ours += line["seconds"]
            theirs += seconds
    print(f"in all {ours:>8.2f}{theirs:>11.2f}{theirs / ours:>7.1f}")


if __name__ == "__main__":
    main()
