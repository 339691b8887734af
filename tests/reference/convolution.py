"""Makes convolution.json: convolutions, poolings, normalisations and binary cross-entropies in double, with all
gradients, by PyTorch.

Run with PyTorch 2:  python3 tests/reference/convolution.py
"""

import json
import pathlib

import torch
from torch.nn import functional

# name: images (examples, channels, rows, columns), kernels (out, rows, columns), stride, padding, dilation
CONVOLUTIONS = {
    "one example": ((1, 1, 5, 5), (2, 3, 3), 1, 0, 1),
    "5 x 5": ((2, 2, 8, 8), (3, 5, 5), 1, 0, 1),
    "many channels": ((1, 6, 4, 4), (11, 3, 3), 1, 0, 1),
    "odd sizes": ((2, 3, 7, 9), (5, 2, 4), 1, 0, 1),
    "padding 1": ((2, 2, 6, 5), (4, 3, 3), 1, 1, 1),
    "padding 3 around a small image": ((1, 2, 2, 3), (3, 3, 3), 1, 3, 1),
    "stride 2": ((2, 2, 7, 8), (3, 3, 3), 2, 0, 1),
    "stride 2, padding 1": ((3, 2, 8, 7), (3, 3, 3), 2, 1, 1),
    "stride 3, pixels left over": ((2, 1, 9, 11), (2, 2, 2), 3, 0, 1),
    "dilation 2": ((2, 2, 7, 8), (3, 3, 2), 1, 0, 2),
    "stride 2, padding 2, dilation 3": ((1, 2, 11, 12), (3, 3, 3), 2, 2, 3),
    "more than a block": ((19, 1, 3, 3), (2, 2, 3), 1, 1, 1),
    "a kernel of 7": ((1, 1, 9, 9), (2, 7, 7), 1, 3, 1),
    "single pixels": ((4, 3, 3, 3), (2, 1, 1), 1, 0, 1),
}

# name: images, window, stride
POOLINGS = {
    "2 x 2": ((2, 3, 6, 8), 2, 2),
    "pixels left over": ((2, 2, 7, 5), 2, 2),
    "overlapping": ((2, 2, 6, 7), 3, 2),
    "overlapping, one by one": ((1, 2, 5, 5), 3, 1),
    "pixels between": ((2, 1, 8, 8), 2, 3),
    "the whole image": ((3, 4, 5, 5), 5, 5),
    "more than a block": ((18, 1, 2, 4), 2, 2),
}

# name: input of batch normalisation
BATCHES = {
    "images": (4, 3, 5, 6),
    "one channel": (3, 1, 4, 4),
    "rows": (7, 5),
    "more than a block": (21, 2, 1, 3),
}

EXAMPLES = {"rows": (4, 6), "images": (3, 2, 4, 5), "one example": (1, 7)}


def random(generator, *shape):
    """Of few digits, since every one of them is written down."""
    return torch.round(torch.randn(*shape, dtype=torch.double, generator=generator), decimals=2)


def numbers(tensor):
    return tensor.detach().flatten().tolist()


def measured(inputs, function, generator):
    """Every input, the output, what flows back to the output, and the gradient by every input."""
    for value in inputs.values():
        value.requires_grad_()
    output = function(**inputs)
    back = random(generator, *output.shape)
    gradients = torch.autograd.grad(output, list(inputs.values()), back)
    return {
        "shapes": {name: list(value.shape) for name, value in inputs.items()},
        "inputs": {name: numbers(value) for name, value in inputs.items()},
        "output": numbers(output),
        "back": numbers(back),
        "gradients": {name: numbers(value) for name, value in zip(inputs, gradients)},
    }


def convolutions(generator):
    for name, (image, (outputs, rows, columns), stride, padding, dilation) in CONVOLUTIONS.items():
        inputs = {"x": random(generator, *image), "w": random(generator, outputs, image[1], rows, columns),
                  "b": random(generator, outputs)}

        def convolve(x, w, b, s=stride, p=padding, d=dilation):
            return functional.conv2d(x, w, b, stride=s, padding=p, dilation=d)

        yield {"name": name, "stride": stride, "padding": padding, "dilation": dilation,
               **measured(inputs, convolve, generator)}


def poolings(generator):
    for name, (image, window, stride) in POOLINGS.items():
        for kind, pool in (("max", functional.max_pool2d), ("average", functional.avg_pool2d)):
            yield {"name": f"{kind}, {name}", "kind": kind, "window": window, "stride": stride,
                   **measured({"x": random(generator, *image)}, lambda x, f=pool, w=window, s=stride: f(x, w, s),
                              generator)}


def batch_norms(generator):
    for name, shape in BATCHES.items():
        channels = shape[1]
        inputs = {"x": 2 * random(generator, *shape) + 1, "gamma": random(generator, channels),
                  "beta": random(generator, channels)}
        mean, variance = torch.zeros(channels, dtype=torch.double), torch.ones(channels, dtype=torch.double)

        def train(x, gamma, beta, m=mean, v=variance):
            return functional.batch_norm(x, m, v, gamma, beta, training=True, momentum=0.1, eps=1e-5)

        case = measured(inputs, train, generator)
        inference = functional.batch_norm(inputs["x"], mean, variance, inputs["gamma"], inputs["beta"], eps=1e-5)
        yield {"name": name, **case, "mean": numbers(mean), "variance": numbers(variance),
               "inference": numbers(inference)}


def layer_norms(generator):
    for name, shape in EXAMPLES.items():
        inputs = {"x": random(generator, *shape), "gamma": random(generator, *shape[1:]),
                  "beta": random(generator, *shape[1:])}
        yield {"name": name, **measured(inputs, lambda x, gamma, beta, s=shape[1:]: functional.layer_norm(
            x, s, gamma, beta, eps=1e-5), generator)}


def binary_cross_entropies(generator):
    for name, shape in EXAMPLES.items():
        for kind, loss in (("logits", functional.binary_cross_entropy_with_logits),
                           ("probabilities", functional.binary_cross_entropy)):
            x = 3 * random(generator, *shape)
            if kind == "probabilities":
                x = torch.round(torch.sigmoid(x), decimals=2).clamp(0.01, 0.99)
            t = torch.round(torch.rand(*shape, dtype=torch.double, generator=generator), decimals=2)
            yield {"name": f"{kind}, {name}", "kind": kind,
                   **measured({"x": x, "t": t}, lambda x, t, f=loss: f(x, t, reduction="none"), generator)}


def main():
    generator = torch.Generator().manual_seed(1)
    reference = {"torch": torch.__version__}
    for kind in (convolutions, poolings, batch_norms, layer_norms, binary_cross_entropies):
        reference[kind.__name__] = list(kind(generator))
    text = ",\n".join(f'"{kind}": ' + (json.dumps(cases) if isinstance(cases, str) else
                                        "[\n" + ",\n".join(map(json.dumps, cases)) + "\n]")
                      for kind, cases in reference.items())
    pathlib.Path(__file__).with_suffix(".json").write_text("{\n" + text + "\n}\n", encoding="utf-8")


main()
