"""Trains the network that gradus describes in a folder, in PyTorch, with the same weights, batches and optimizer.

Usage: python pytorch.py FOLDER. Reads what `gradus experiment pytorch` put there (manifest.json, initial.safetensors,
images and labels as bytes, the order of the examples of each epoch) and writes pytorch.json: the loss of each step,
the accuracy on validation after the steps that the manifest names, accuracies at the end, times.
"""

import json
import pathlib
import statistics
import struct
import sys
import time

import numpy
import torch

ACTIVATIONS = {
    "elu": torch.nn.ELU,
    "gelu": torch.nn.GELU,
    "leaky-relu": torch.nn.LeakyReLU,
    "linear": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
    "softplus": torch.nn.Softplus,
    "tanh": torch.nn.Tanh,
}


def module(name, layer, weights):
    """PyTorch's module for a layer of a list of gradus, "conv 8 3x3 padding=1", with its initial weights."""
    kind, *words = layer.split()
    given = {key: float(value) for key, _, value in (word.partition("=") for word in words) if value}
    numbers = [float(word.partition("x")[0]) for word in words if "=" not in word]
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind](*numbers, *given.values())
    if kind == "flatten":
        return torch.nn.Flatten()
    if kind in ("max", "average"):
        window = int(numbers[0])
        pool = torch.nn.MaxPool2d if kind == "max" else torch.nn.AvgPool2d
        return pool(window, int(given.get("stride", 0)) or window)
    weight = weights[f"{name}/weight"]
    if kind == "dense":
        made = torch.nn.Linear(*weight.shape)
        weight = weight.T
    elif kind == "conv":
        outputs, inputs, size, _ = weight.shape
        settings = {key: int(value) for key, value in given.items() if key in ("stride", "padding", "dilation")}
        made = torch.nn.Conv2d(inputs, outputs, size, bias=f"{name}/bias" in weights, **settings)
    else:
        sys.exit(f"this comparison knows no layer '{layer}'")
    with torch.no_grad():
        made.weight.copy_(weight)
        if made.bias is not None:
            made.bias.copy_(weights[f"{name}/bias"])
    return made


def read_safetensors(path):
    """The tensors of a safetensors file (https://huggingface.co/docs/safetensors), those of 32-bit floats."""
    data = path.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            tensors[name] = torch.from_numpy(
                numpy.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).copy()
            )
    return tensors


def main():
    folder = pathlib.Path(sys.argv[1])
    manifest = json.loads((folder / "manifest.json").read_text())
    torch.set_num_threads(manifest["threads"])

    takes_images = manifest["layers"][0]["layers"][0].split()[0] in ("conv", "max", "average", "flatten")

    def examples(name):
        pixels = numpy.fromfile(folder / f"{name}-images", "u1").reshape(-1, manifest["pixels"])
        labels = torch.from_numpy(numpy.fromfile(folder / f"{name}-labels", "u1").astype("i8"))
        images = torch.from_numpy(pixels.astype("f4") * numpy.float32(manifest["scale"]))
        return (images.reshape(-1, *manifest["image"]) if takes_images else images), labels

    images, labels = examples("train")
    weights = read_safetensors(folder / "initial.safetensors")
    model = torch.nn.Sequential(
        *(module(row["name"], layer, weights) for row in manifest["layers"] for layer in row["layers"])
    )
    optimizer = torch.optim.Adam(
        model.parameters(), lr=manifest["learning_rate"], betas=manifest["betas"], eps=manifest["epsilon"], fused=True
    )

    splits = {"train": (images, labels), "validation": examples("validation"), "test": examples("test")}

    def accuracy(name):
        x, y = splits[name]
        with torch.no_grad():
            return (model(x).argmax(1) == y).double().mean().item() if len(y) else None

    losses, times, curve = [], [], []
    measured = set(manifest["measured_after"])
    measuring = 0.0
    start = time.perf_counter()
    for epoch in range(manifest["epochs"]):
        order = torch.from_numpy(numpy.fromfile(folder / f"order-{epoch}", "<u4").astype("i8"))
        for batch in order.split(manifest["batch"]):
            x, y = images[batch], labels[batch]
            before = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            times.append(time.perf_counter() - before)
            losses.append(loss.detach())
            if len(losses) in measured:
                before = time.perf_counter()
                curve.append([len(losses), accuracy("validation")])
                measuring += time.perf_counter() - before
    seconds = time.perf_counter() - start - measuring

    result = {
        "torch": torch.__version__,
        "losses": [loss.item() for loss in losses],
        "validation": curve,
        "accuracies": {name: accuracy(name) for name in splits},
        "seconds": seconds,
        "step_us_median": 1e6 * statistics.median(times),
    }
    (folder / "pytorch.json").write_text(json.dumps(result))


main()
