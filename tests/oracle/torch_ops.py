"""Every op by its documented formula, in PyTorch: one small function an op, of its name and attributes alone.

Each takes the node's attributes and its inputs. Nothing here knows a derivative: those are PyTorch's.

DISTURBED holds what some ops look like where rounding is estimated (comparison.py): those that cancel inside of one
node, in their value or in its derivatives, where a disturbance of the result alone would not show it.
"""

import torch
from torch.nn import functional

OPS = {}
DISTURBED = {}
# Ops whose results are exact, whatever their inputs' last digits are: they copy numbers, or count.
EXACT = set()


def op(*names, exact=False):
    def register(function):
        for name in names or (function.__name__,):
            OPS[name] = function
            if exact:
                EXACT.add(name)
        return function

    return register


def normal_distribution(x):
    """By erfc: PyTorch's own, ½ (1 + erf(x/√2)), loses digits where erf is close to −1."""
    return 0.5 * torch.erfc(-x / 2**0.5)


def gelu(x):
    return x * normal_distribution(x)


def unary(**functions):
    for name, function in functions.items():
        OPS[name] = lambda attributes, x, function=function: function(x)


unary(
    cos=torch.cos,
    exp=torch.exp,
    expm1=torch.expm1,
    gelu=gelu,
    log=torch.log,
    normal_distribution=normal_distribution,
    sigmoid=torch.sigmoid,
    sin=torch.sin,
    sqrt=torch.sqrt,
    square=torch.square,
    tanh=torch.tanh,
    softmax=lambda x: torch.softmax(x, -1),
    log_softmax=lambda x: torch.log_softmax(x, -1),
    softplus=lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    abs=torch.abs,
    relu=torch.relu,
    negate=torch.neg,
    # (PyTorch's own of NaN is 0.)
    sign=lambda x: torch.where(torch.isnan(x), x, torch.sign(x)),
    floor=torch.floor,
    transpose=lambda x: x.T,
    when_training=lambda x: x,
)
EXACT |= {"abs", "relu", "negate", "sign", "floor", "transpose", "when_training"}
# Ops that make much of a small change, or a number of an infinity.
JUMPS = {"sign", "floor", "greater", "argmax", "select", "max_pool_gradient", "max_pool_select", "power", "divide", "exp"}


@op()
def elu(attributes, x):
    return functional.elu(x, attributes["scale"])


@op()
def leaky_relu(attributes, x):
    return functional.leaky_relu(x, attributes["slope"])


@op()
def linear(attributes, x):
    return attributes["scale"] * x + attributes["shift"]


@op()
def power(attributes, x):
    exponent = attributes["exponent"]
    if exponent == 0.5:
        return torch.sqrt(x)
    # (With a number as exponent PyTorch takes 1 / √ of −∞ for NaN and of −0 for −∞; with a tensor it has no second
    # derivative at 0.)
    special = torch.isinf(x).any() or exponent < 0 and (x == 0).any()
    return torch.pow(x, torch.full_like(x, exponent)) if special else x ** exponent


@op()
def add(attributes, a, b):
    return a + b


@op()
def subtract(attributes, a, b):
    return a - b


@op()
def multiply(attributes, a, b):
    return a * b


@op()
def divide(attributes, a, b):
    return a / b


@op(exact=True)
def greater(attributes, a, b):
    return (a > b).to(a.dtype)


@op(exact=True)
def maximum(attributes, a, b):
    return torch.maximum(a, b)


@op(exact=True)
def minimum(attributes, a, b):
    return torch.minimum(a, b)


@op(exact=True)
def select(attributes, mask, a, b):
    return torch.where(mask != 0, a, b)


@op()
def accumulate(attributes, *terms):
    return sum(terms[1:], terms[0])


@op(exact=True)
def reshape(attributes, x):
    return x.reshape(attributes["shape"])


@op(exact=True)
def broadcast(attributes, x):
    return x.expand(attributes["shape"])


@op("slice", exact=True)
def slice_(attributes, x):
    return x.narrow(attributes["axis"], attributes["begin"], attributes["end"] - attributes["begin"])


@op(exact=True)
def concatenate(attributes, *parts):
    return torch.cat(parts, attributes["axis"])


@op(exact=True)
def one_hot(attributes, x):
    classes = attributes["classes"]
    rows = (x.unsqueeze(-1) == torch.arange(classes, dtype=x.dtype)).to(x.dtype)
    known = (x >= 0) & (x < classes) & (x == torch.floor(x))
    return torch.where(known.unsqueeze(-1), rows, torch.full_like(rows, torch.nan))


def axes_of(attributes, x):
    return [axis % x.dim() for axis in attributes["axes"]]


@op("sum")
def sum_(attributes, x):
    axes = axes_of(attributes, x)
    return x.sum(axes, keepdim=attributes["keepdims"]) if axes else x.clone()


@op()
def mean(attributes, x):
    axes = axes_of(attributes, x)
    return x.mean(axes, keepdim=attributes["keepdims"]) if axes else x.clone()


@op(exact=True)
def count(attributes, x):
    result = 1.0
    for axis in axes_of(attributes, x):
        result *= x.shape[axis]
    return torch.tensor(result, dtype=x.dtype)


@op("max", exact=True)
def max_(attributes, x):
    return x.amax(attributes["axes"][0], keepdim=attributes["keepdims"])


@op(exact=True)
def argmax(attributes, x):
    return x.argmax(attributes["axes"][0], keepdim=attributes["keepdims"]).to(x.dtype)


@op()
def matmul(attributes, a, b):
    return (a.T if attributes["transpose_a"] else a) @ (b.T if attributes["transpose_b"] else b)


@op()
def product_update(attributes, w, s, a, b):
    return w - s * matmul(attributes, a, b)


@op()
def cross_entropy(attributes, p, t):
    # 0 ln p is 0 whatever p is.
    return -torch.where(t != 0, t * torch.log(p), torch.zeros_like(t)).sum(-1)


@op()
def conv2d(attributes, x, w, b=None):
    return functional.conv2d(
        x, w, b, attributes["stride"], attributes["padding"], attributes["dilation"])


def patches(attributes, x, rows, columns):
    """(batch, channels · rows · columns, places): what each place of a kernel sees."""
    return functional.unfold(
        x, (rows, columns), attributes["dilation"], attributes["padding"], attributes["stride"])


@op()
def conv2d_kernel_gradient(attributes, x, ybar):
    rows, columns = attributes["kernel_rows"], attributes["kernel_columns"]
    seen = patches(attributes, x, rows, columns)
    gradient = torch.einsum("ecl,eol->oc", seen, ybar.flatten(2))
    return gradient.reshape(ybar.shape[1], x.shape[1], rows, columns)


@op()
def conv2d_input_gradient(attributes, w, ybar):
    spread = torch.einsum("oc,eol->ecl", w.flatten(1), ybar.flatten(2))
    return functional.fold(
        spread, (attributes["rows"], attributes["columns"]), tuple(w.shape[2:]), attributes["dilation"],
        attributes["padding"], attributes["stride"])


@op(exact=True)
def max_pool(attributes, x):
    return functional.max_pool2d(x, attributes["window"], attributes["stride"])


@op()
def average_pool(attributes, x):
    return functional.avg_pool2d(x, attributes["window"], attributes["stride"])


def largest(attributes, x):
    """Where each window of x has its first largest, as positions in an image."""
    def positions(of):
        return functional.max_pool2d(of, attributes["window"], attributes["stride"], return_indices=True)

    # (Of several NaN PyTorch takes the last.)
    no_number, first = positions(torch.isnan(x).double())
    return torch.where(no_number > 0, first, positions(x)[1]).flatten(2)


@op()
def max_pool_gradient(attributes, x, ybar):
    return torch.zeros_like(x).flatten(2).scatter_add(2, largest(attributes, x), ybar.flatten(2)).reshape(x.shape)


@op(exact=True)
def max_pool_select(attributes, x, v):
    window, stride = attributes["window"], attributes["stride"]
    shape = [(size - window) // stride + 1 for size in x.shape[2:]]
    return v.flatten(2).gather(2, largest(attributes, x)).reshape(*x.shape[:2], *shape)


@op()
def average_pool_gradient(attributes, ybar):
    window = attributes["window"]
    each = (ybar.flatten(2) / window**2).repeat_interleave(window**2, 1)
    return functional.fold(each, (attributes["rows"], attributes["columns"]), window, stride=attributes["stride"])


def tilted(function):
    """f(x), with slope and curvature off by ±η: where f saturates they are differences of numbers of the order of 1."""

    def disturbed(attributes, noise, x):
        still = x - x.detach()
        return noise(function(x) + noise.sign(x) * still + 0.5 * noise.sign(x) * still**2)

    return disturbed


DISTURBED["tanh"] = tilted(torch.tanh)
DISTURBED["sigmoid"] = tilted(torch.sigmoid)
DISTURBED["gelu"] = tilted(gelu)


def disturbed_softmax(attributes, noise, x):
    powers = noise(torch.exp(noise(x - x.amax(-1, keepdim=True).detach())))
    return noise(powers / noise(powers.sum(-1, keepdim=True)))


def disturbed_log_softmax(attributes, noise, x):
    less = noise(x - x.amax(-1, keepdim=True).detach())
    return noise(less - noise(torch.log(noise(noise(torch.exp(less)).sum(-1, keepdim=True)))))


DISTURBED["softmax"] = disturbed_softmax
DISTURBED["log_softmax"] = disturbed_log_softmax
DISTURBED["cross_entropy"] = lambda attributes, noise, p, t: -noise(
    torch.where(t != 0, t * noise(torch.log(p)), torch.zeros_like(t))).sum(-1)
