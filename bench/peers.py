"""The training step of bench/workload.cpp's networks in PyTorch: eager, on the CPU, fused optimizer.

    ./run bench peers

prints the median time of a step, over rounds that take the networks by turns, for one thread and for two, beside
that of gradus in the same run.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

WORKLOADS = {
    "W1": ([784, 500, 250, 100, 10], 64),
    "W3": ([784, 64, 10], 256),
    "W5": ([784, 64, 64, 64, 10], 32),
}
ROUNDS = 60
CALLS = 10


def make_step(sizes, batch):
    """Sigmoid between dense layers, softmax and mean cross-entropy, SGD: one step as a function."""
    torch.manual_seed(1)
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*layers[:-1])
    for layer in layers[::2]:
        torch.nn.init.xavier_uniform_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, fused=True)
    images = (torch.rand(batch, sizes[0]) * 5 - 4).clamp(min=0)
    labels = torch.randint(sizes[-1], (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()

    return step


def make_lenet_step(batch=256):
    """W4 as bench/lenet.cpp has it, in the layout that suits PyTorch best."""
    torch.manual_seed(1)
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    images = (torch.rand(batch, 1, 28, 28) * 5 - 4).clamp(min=0).to(memory_format=torch.channels_last)
    labels = torch.randint(10, (batch,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()

    return step


def medians(steps):
    """Median µs of each step, by turns, so that a machine that drifts drifts for all of them alike."""
    times = {name: [] for name in steps}
    for round_number in range(-5, ROUNDS):
        for name, step in steps.items():
            step()
            for _ in range(CALLS):
                start = time.perf_counter()
                step()
                if round_number >= 0:
                    times[name].append(1e6 * (time.perf_counter() - start))
    return {name: statistics.median(series) for name, series in times.items()}


def gradus_medians(program):
    """Median µs of each of gradus's steps, by network and threads."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "times.json"
        subprocess.run([program, "--benchmark_filter=gradus", f"--benchmark_out={out}", "--benchmark_out_format=json"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = {}
        for line in json.loads(out.read_text())["benchmarks"]:
            if line["aggregate_name"] == "median":
                network, contender = line["run_name"].split("/")[:2]
                found[network, 2 if contender.endswith("2 threads") else 1] = line["real_time"]
        return found


def main():
    program = sys.argv[1]
    print(f"PyTorch {torch.__version__}, Python {platform.python_version()}; median µs of a step, gradus's measured before\n"
          f"and after PyTorch's (the mean of both), and gradus's part of PyTorch's time\n")
    before = gradus_medians(program)
    steps = {name: make_step(*workload) for name, workload in WORKLOADS.items()} | {"W4": make_lenet_step()}
    networks = {name: "-".join(map(str, sizes)) + f", batch {batch}" for name, (sizes, batch) in WORKLOADS.items()}
    networks["W4"] = "LeNet, batch 256, Adam"
    peers = {}
    for threads in range(1, min(2, os.cpu_count() or 1) + 1):
        torch.set_num_threads(threads)
        for name, median in medians(steps).items():
            peers[name, threads] = median
    after = gradus_medians(program)
    print(f"{'network':<40}{'threads':>8}{'PyTorch':>10}{'gradus':>10}{'part':>8}")
    for (name, threads), peer in sorted(peers.items()):
        ours = (before[name, threads] + after[name, threads]) / 2
        print(f"{name:<4}{networks[name]:<36}{threads:>8}{peer:>10.0f}{ours:>10.0f}{ours / peer:>8.2f}")


if __name__ == "__main__":
    main()
