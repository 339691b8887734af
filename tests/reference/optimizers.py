"""Makes optimizers.json: ten updates by each of PyTorch's optimizers and what its clipping does, in double.

Run with PyTorch 2.x:  python3 tests/reference/optimizers.py
"""

import inspect
import json
import pathlib

import torch

# NAdam keeps the product of its momenta in the default type.
torch.set_default_dtype(torch.float64)

STEPS = 10
START = {"w": [[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]], "b": [0.3, -0.8, 1.2]}
CURVATURE = [[1.0, 2.0, 0.5], [0.1, 3.0, 1.5]]

# Rule: the optimizer, what is fixed of it, and its argument for each hyper-parameter; "betas.0" is the first of a pair.
ADAM = {"learning_rate": "lr", "beta1": "betas.0", "beta2": "betas.1", "epsilon": "eps"}
RULES = {
    "sgd": (torch.optim.SGD, {}, {"learning_rate": "lr"}),
    "momentum": (torch.optim.SGD, {}, {"learning_rate": "lr", "momentum": "momentum"}),
    "nesterov": (torch.optim.SGD, {"nesterov": True}, {"learning_rate": "lr", "momentum": "momentum"}),
    "rmsprop": (torch.optim.RMSprop, {}, {"learning_rate": "lr", "beta2": "alpha", "epsilon": "eps"}),
    "adam": (torch.optim.Adam, {}, ADAM),
    "adamw": (torch.optim.AdamW, {}, {**ADAM, "weight_decay": "weight_decay"}),
    "nadam": (torch.optim.NAdam, {}, ADAM),
}

# The settings that rules are run with; each rule takes those it has. An ε this large is felt where it stands.
SETTINGS = [
    {"learning_rate": 0.01, "momentum": 0.9, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
    {"learning_rate": 0.05, "momentum": 0.5, "beta1": 0.7, "beta2": 0.95, "epsilon": 1e-2, "weight_decay": 0.3},
    {"learning_rate": 0.002, "momentum": 0.99, "beta1": 0.0, "beta2": 0.5, "epsilon": 1e-12, "weight_decay": 0.0},
]


def parameters():
    return {name: torch.tensor(value, requires_grad=True) for name, value in START.items()}


def loss(p):
    """½ Σᵢⱼ cᵢⱼ wᵢⱼ² + Σⱼ sin bⱼ + Σⱼ tanh(bⱼ Σᵢ wᵢⱼ)"""
    quadratic = 0.5 * (torch.tensor(CURVATURE) * p["w"] ** 2).sum()
    return quadratic + torch.sin(p["b"]).sum() + torch.tanh(p["b"] * p["w"].sum(dim=0)).sum()


def flat(tensor):
    return tensor.detach().flatten().tolist()


def given(arguments, settings):
    """PyTorch's arguments for our settings."""
    result = {}
    for name, argument in arguments.items():
        base, _, at = argument.partition(".")
        if at:
            result.setdefault(base, [0, 0])[int(at)] = settings[name]
        else:
            result[base] = settings[name]
    return result


def defaults(optimizer, arguments):
    """PyTorch's defaults under our names."""
    known = inspect.signature(optimizer).parameters
    result = {}
    for name, argument in arguments.items():
        base, _, at = argument.partition(".")
        value = known[base].default
        result[name] = float(value[int(at)] if at else value)
    return result


def run(rule, settings):
    optimizer, fixed, arguments = RULES[rule]
    settings = {name: settings[name] for name in arguments}
    p = parameters()
    steps = []
    updates = optimizer(p.values(), **fixed, **given(arguments, settings))
    for _ in range(STEPS):
        updates.zero_grad()
        before = loss(p)
        before.backward()
        updates.step()
        steps.append({"loss": before.item(), **{name: flat(value) for name, value in p.items()}})
    return {"rule": rule, "settings": settings, "steps": steps}


def clipped(clip, limit):
    p = parameters()
    loss(p).backward()
    norm = clip(p.values(), limit)
    gradients = {name: flat(value.grad) for name, value in p.items()}
    return {"limit": limit, **({} if norm is None else {"norm": norm.item()}), **gradients}


reference = {
    "start": {name: sum(value, []) if name == "w" else value for name, value in START.items()},
    "curvature": sum(CURVATURE, []),
    "defaults": {rule: defaults(optimizer, arguments) for rule, (optimizer, _, arguments) in RULES.items()},
    "runs": [run(rule, settings) for rule in RULES for settings in SETTINGS],
    "clip_norm": [clipped(torch.nn.utils.clip_grad_norm_, limit) for limit in (0.01, 1.0, 3.0, 100.0)],
    "clip_value": [clipped(torch.nn.utils.clip_grad_value_, limit) for limit in (0.01, 0.5, 1.0, 100.0)],
}


def lines(value, depth=2):
    """JSON with a line for each entry, down to `depth`."""
    if depth == 0 or not isinstance(value, (dict, list)):
        return json.dumps(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(lines(entry, depth - 1) for entry in value) + "\n]"
    return "{\n" + ",\n".join(f"{json.dumps(k)}: {lines(v, depth - 1)}" for k, v in value.items()) + "\n}"


target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(lines(reference) + "\n", encoding="utf-8")
