"""Rebuilds a random graph in PyTorch from its JSON (docs/formats/graph-json.md), differentiates it there, and compares.

Value, gradient and Hessian-vector product are PyTorch's own, of the forward graph, in double.
"""

import base64
import collections
import functools

import numpy
import torch

import comparison
import torch_ops

ETA = 2.0**-26
DISTURBED = 2
POOL = 2**20


def numbers(text, kind=numpy.float64):
    return numpy.frombuffer(base64.b64decode(text), dtype=kind)


def flat(x):
    # PyTorch has tensors of zeros without memory, which numpy cannot take.
    x = torch.zeros(x.shape, dtype=x.dtype) if x._is_zerotensor() else x.detach()
    return x.numpy().reshape(-1)


class Scaled(torch.autograd.Function):
    """x times a factor; what flows back times another, and what flows back through that times a third."""

    @staticmethod
    def forward(context, x, factor, noise):
        context.noise = noise
        return x * factor

    @staticmethod
    def backward(context, ybar):
        return Scaled.apply(ybar, context.noise.factor(ybar), context.noise), None, None


@functools.cache
def disturbances(seed):
    """±η, times numbers between ½ and 1½, so that they do not happen to cancel."""
    drawn = 2 * torch.rand(POOL, dtype=torch.double, generator=torch.Generator().manual_seed(seed)) - 1
    return ETA * (drawn + 0.5 * torch.sign(drawn))


class Noise:
    """Multiplies by about 1 ± η: values, what flows back, and what flows back through that; each by itself."""

    def __init__(self, seed):
        self.pool = disturbances(seed)
        self.at = 0

    def sign(self, x):
        """A disturbance for each number of x."""
        count = x.numel()
        if self.at + count > POOL:
            self.at = self.at * 7919 % 4093
        self.at += count
        return self.pool[self.at - count:self.at].reshape(x.shape)

    def factor(self, x):
        return 1 + self.sign(x)

    def __call__(self, x):
        return Scaled.apply(x, self.factor(x), self)

    def back(self, x):
        """x itself, each use of which rounds what it sends back."""
        return Scaled.apply(x, 1.0, self) if x.requires_grad else x


class Judged:
    """One graph, as the program wrote it."""

    def __init__(self, line):
        self.line = line
        self.batch = line["batch"]
        self.exact = set(line["exact"])
        # What is read once has its own noise already.
        self.uses = collections.Counter(id for node in line["graph"]["nodes"] for id in node["inputs"])
        self.given = {int(id): value for id, value in line["values"].items()}

    def attributes(self, node):
        # Numbers that are not finite are texts that float() takes.
        meant = {"shape": self.sizes, "number": float, "numbers": lambda values: list(map(float, values))}
        return {each["name"]: meant.get(each["type"], lambda value: value)(each["value"])
                for each in node["attributes"]}

    def sizes(self, shape):
        return [self.batch if size == "batch" else size for size in shape]

    def given_value(self, node):
        return torch.from_numpy(numbers(self.given[node["id"]]).copy()).reshape(self.sizes(node["shape"]))

    def value(self, node, values, noise):
        op = node["op"]
        attributes = self.attributes(node)
        if op in ("input", "variable"):
            value = self.given_value(node).requires_grad_(node["id"] in self.line["wrt"])
            return value, value if noise is None or node["id"] in self.exact else noise(value)
        if op == "constant":
            value = torch.tensor(attributes["values"], dtype=torch.double).reshape(attributes["shape"])
        elif op == "fill":
            value = torch.full(attributes["shape"], attributes["value"], dtype=torch.double)
        elif op == "batch_size":
            value = torch.tensor(float(self.batch), dtype=torch.double)
        elif op == "random_key":
            value = torch.zeros(8, dtype=torch.double)
        elif op == "dropout_mask":
            value = self.mask(node, attributes)
        elif op == "when_training":
            value = values[node["inputs"][0 if self.line["training"] else 1]]
        elif op not in torch_ops.OPS:
            raise KeyError(f"torch_ops.py has no function for the op '{op}'")
        else:
            inputs = [values[id] if noise is None or self.uses[id] == 1 else noise.back(values[id])
                      for id in node["inputs"]]
            if noise is not None and op in torch_ops.DISTURBED:
                value = torch_ops.DISTURBED[op](attributes, noise, *inputs)
            else:
                value = torch_ops.OPS[op](attributes, *inputs)
                if noise is not None and op not in torch_ops.EXACT:
                    value = noise(value)
        return value, value

    def mask(self, node, attributes):
        """Taken from gradus, since its random numbers are: 0 or 1 / (1 − rate), as often as is likely."""
        mask = self.given_value(node)
        rate = attributes["rate"]
        dropped = float((mask == 0).double().mean())
        spread = 6 * (rate * (1 - rate) / mask.numel()) ** 0.5
        if not torch.all((mask == 0) | (torch.abs(mask * (1 - rate) - 1) < 1e-15)) or abs(dropped - rate) > spread:
            raise ValueError(f"node {node['id']}: {dropped} of a mask of rate {rate} is 0")
        return mask

    def made(self, node, values, noise):
        leaf, value = self.value(node, values, noise)
        if list(value.shape) != self.sizes(node["shape"]):
            raise ValueError(f"node {node['id']} ({node['op']}) is {list(value.shape)}, "
                             f"where gradus says {node['shape']}")
        return leaf, value

    def steps(self, seed=None):
        """What each op makes of the inputs that gradus gave it, as flat arrays by node.

        (Of extreme numbers one rounding decides all that follows: a sigmoid may be 0 where it is 10⁻³⁰⁹.)
        """
        noise = None if seed is None else Noise(seed)
        values, found = {}, {}
        for node in self.line["graph"]["nodes"]:
            id = node["id"]
            _, value = self.made(node, values, noise)
            found[id] = flat(value)
            if id in self.given:
                value = self.given_value(node)
                value = value if noise is None or id in self.exact else noise(value)
            values[id] = value
        return found

    def results(self, seed=None):
        """Node by node, then loss, outputs, gradients and products, as flat arrays."""
        noise = None if seed is None else Noise(seed)
        leaves, values = {}, {}
        for node in self.line["graph"]["nodes"]:
            leaves[node["id"]], values[node["id"]] = self.made(node, values, noise)
        wrt = [leaves[id] for id in self.line["wrt"]]
        loss = values[self.line["loss"]]
        gradients = self.derivatives(loss, wrt, True)
        along = sum((g * leaves[v]).sum() for g, v in zip(gradients, self.line["directions"]))
        products = self.derivatives(along, wrt, False)
        wanted = [loss, *(values[id] for id in self.line["outputs"]), *gradients, *products]
        return list(map(flat, wanted)), {id: flat(value) for id, value in values.items()}

    @staticmethod
    def derivatives(of, wrt, again):
        if not torch.is_tensor(of) or not of.requires_grad:
            return [torch.zeros_like(w) for w in wrt]
        found = torch.autograd.grad(of, wrt, create_graph=again, allow_unused=True)
        return [torch.zeros_like(w) if g is None else g for w, g in zip(wrt, found)]


def sort_of(name):
    first = name.split()[0]
    return {"loss": "value", "output": "value", "node": "value", "gradient": "gradient"}.get(first, "product")


def size_of(numbers):
    return float(numpy.max(numpy.abs(numbers), initial=0.0))


def cancelled(line, reference, nodes, product):
    """How far rounding moves a product whose terms cancel identically, as those of x / x do: its disturbances cancel too.

    But the gradient g by w is known to ε |g| only, and so its change over the size of w to ε |g| / |w|.
    """
    leaves = line["wrt"]
    leaf = product - len(reference) + len(leaves)
    return size_of(reference[product - len(leaves)]) / (size_of(nodes[leaves[leaf]]) or 1.0)


def jumps_after_log(graph, id):
    """Whether one of torch_ops.JUMPS reads what a logarithm decides: gradus' stable form of a logarithm has a small number
    where the one written down has 0, and a number where that has an infinity."""
    jumps, logs = set(), set()
    for node in graph["nodes"]:
        if logs.intersection(node["inputs"]) and node["op"] in torch_ops.JUMPS or jumps.intersection(node["inputs"]):
            jumps.add(node["id"])
        if node["op"] in ("log", "cross_entropy") or logs.intersection(node["inputs"]):
            logs.add(node["id"])
    return id in jumps


def judge_extreme(line, judged):
    """Values alone, in double (a float has other limits): each op by itself, then what the runs made of them all."""
    steps = judged.steps()
    disturbed = [judged.steps(1 + k) for k in range(DISTURBED)]

    @functools.cache
    def chain():
        """PyTorch's results of the whole graph, and the disturbed ones; few graphs need them."""
        return judged.results()[0], [judged.results(1 + k)[0] for k in range(DISTURBED)]

    longest = max(value.size for value in steps.values())
    with numpy.errstate(all="ignore"):
        for node in line["graph"]["nodes"]:
            id = node["id"]
            if node["inputs"] and id in judged.given and node["op"] != "dropout_mask":
                moves = comparison.sensitivities(steps[id], [each[id] for each in disturbed], ETA)
                verdict = comparison.compare_each(numbers(judged.given[id]), steps[id], moves, longest)
                yield "extreme", "double", f"node {id} ({node['op']})", verdict
        runs = line["runs"]
        results = zip([line["loss"], *line["outputs"]], line["names"], runs["double"], runs["double, passes"])
        for i, (id, name, plain, rewritten) in enumerate(results):
            moves = comparison.sensitivities(steps[id], [each[id] for each in disturbed], ETA)
            verdict = comparison.compare_each(numbers(plain), steps[id], moves, longest)
            yield "extreme", "double", f"{name}, double", verdict
            # An equal expression takes other steps, which may be those of gradus or of PyTorch.
            verdict = comparison.compare_each(numbers(rewritten), numbers(plain), moves, longest, only_finite=True)
            if not verdict.passed:
                whole, moved = chain()
                moves = comparison.sensitivities(whole[i], [each[i] for each in moved], ETA)
                verdict = comparison.compare_each(numbers(rewritten), whole[i], moves, longest, only_finite=True)
            if not verdict.passed and jumps_after_log(line["graph"], id):
                verdict = comparison.Verdict(False, True)
            yield "extreme", "double", f"{name}, double, passes", verdict


def judge(line):
    """Yields (sort, precision, what, verdict) for each comparison of a graph."""
    judged = Judged(line)
    if line["extreme"]:
        yield from judge_extreme(line, judged)
        return
    reference, nodes = judged.results()
    disturbed = [judged.results(1 + k) for k in range(DISTURBED)]
    moves = [comparison.sensitivity(each, [d[0][i] for d in disturbed], ETA) for i, each in enumerate(reference)]
    longest = max(value.size for value in nodes.values())
    for node in line["graph"]["nodes"]:
        id = node["id"]
        if node["inputs"] and id in judged.given and node["op"] != "dropout_mask":
            move = comparison.sensitivity(nodes[id], [d[1][id] for d in disturbed], ETA)
            verdict = comparison.compare(numbers(judged.given[id]), nodes[id], move, "double", longest)
            yield "value", "double", f"node {id} ({node['op']})", verdict
    for run, values in line["runs"].items():
        precision = run.split(",")[0]
        kind = numpy.float32 if precision == "float" else numpy.float64
        for i, (name, text) in enumerate(zip(line["names"], values)):
            verdict = comparison.compare(numbers(text, kind), reference[i], moves[i], precision, longest)
            if not verdict.passed and sort_of(name) == "product":
                move = moves[i] + cancelled(line, reference, nodes, i)
                verdict = comparison.compare(numbers(text, kind), reference[i], move, precision, longest)
            yield sort_of(name), precision, f"{name}, {run}", verdict
