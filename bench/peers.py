"""The training step of bench/workload.cpp's networks in PyTorch: eager, on the CPU, fused optimizer.

Prints the median time of a step, over rounds that take the networks by turns, for one thread and for two.
"""

import os
import platform
import statistics
import time

import torch

WORKLOADS = {
    "W1": ([784, 500, 250, 100, 10], 64),
    "W3": ([784, 64, 10], 256),
    "W5": ([784, 64, 64, 64, 10], 32),
}
ROUNDS = 60
CALLS = 10


def make_step(sizes, batch):
    """Sigmoid between dense layers, softmax and mean cross-entropy, plain descent: one step as a function."""
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


def main():
    print(f"PyTorch {torch.__version__}, Python {platform.python_version()}, median µs of a step")
    steps = {name: make_step(*workload) for name, workload in WORKLOADS.items()} | {"W4": make_lenet_step()}
    networks = {name: "-".join(map(str, sizes)) + f", batch {batch}" for name, (sizes, batch) in WORKLOADS.items()}
    networks["W4"] = "LeNet, batch 256, Adam"
    for threads in range(1, min(2, os.cpu_count() or 1) + 1):
        torch.set_num_threads(threads)
        for name, median in medians(steps).items():
            print(f"{name:<4}{networks[name]:<36}{threads} thread{'s' if threads > 1 else ' '}{median:>10.1f} µs")


if __name__ == "__main__":
    main()
