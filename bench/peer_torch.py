"""PyTorch on the CPU, with the fused optimizers, as it is and compiled by torch.compile; LeNet in the channels-last
layout, which suits it best. Threads as torch.set_num_threads has them."""

import os
import sys

THREADS = int(sys.argv[1])
os.environ["OMP_NUM_THREADS"] = str(THREADS)

import torch
from torch import nn

from peer import batch_of, check_learning, serve

torch.set_num_threads(THREADS)
torch.manual_seed(1)

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
CROSS_ENTROPY = nn.functional.cross_entropy


def dense_network(network: dict) -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in zip(network["sizes"], network["sizes"][1:]):
        layer = nn.Linear(inputs, outputs)
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        layers += [layer, ACTIVATIONS[network["activation"]]()]
    return nn.Sequential(*layers[:-1])


def lenet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(memory_format=torch.channels_last)


def compiled_alone(function, name: str):
    """torch.compile for the shapes at hand. It keeps what it compiled by code object: with one for all networks it would
    look through all, make shapes dynamic at the second and give up at the ninth."""
    function.__code__ = function.__code__.replace(co_name=f"{function.__name__}_{name.replace('-', '_')}")
    return torch.compile(function, dynamic=False)


def make(network: dict, compiled: bool):
    is_lenet = "sizes" not in network
    model = lenet() if is_lenet else dense_network(network)
    pixels, classes = batch_of(network["batch"], 784)
    images, labels = torch.from_numpy(pixels), torch.from_numpy(classes)
    if is_lenet:
        images = images.reshape(-1, 1, 28, 28).to(memory_format=torch.channels_last)

    if not network["training"]:
        def probabilities(x):
            return torch.softmax(model(x), 1)

        infer = compiled_alone(probabilities, network["name"]) if compiled else probabilities

        def inference():
            with torch.inference_mode():
                return infer(images)

        return inference

    def loss_of(x, t):
        return CROSS_ENTROPY(model(x), t)

    loss_of = compiled_alone(loss_of, network["name"]) if compiled else loss_of
    adam = is_lenet or network["rule"] == "Adam"
    rule = torch.optim.Adam if adam else torch.optim.SGD
    optimizer = rule(model.parameters(), lr=network["learning_rate"], fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images, labels)
        loss.backward()
        optimizer.step()
        return loss

    check_learning(network["name"], lambda: step().item())
    return step


serve(THREADS, {"PyTorch": torch.__version__}, {
    "PyTorch": lambda network: make(network, False),
    "PyTorch compiled": lambda network: make(network, True),
})
