"""JAX on the CPU: jax.jit of the whole step, with the buffers of parameters and moments donated to it. XLA has as many
threads as the process has processors when it starts, so the process is pinned to so many before JAX is imported."""

import sys

from peer import batch_of, check_learning, pin, serve

THREADS = int(sys.argv[1])
pin(THREADS)

import jax
import jax.numpy as jnp
import numpy as np

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}
RANDOM = np.random.default_rng(2)


def uniform(shape: tuple[int, ...], fan: int):
    bound = np.sqrt(6 / fan)
    return jnp.asarray(RANDOM.uniform(-bound, bound, shape).astype(np.float32))


def dense_parameters(sizes: list[int]) -> list:
    return [(uniform((i, o), i + o), jnp.zeros(o, jnp.float32)) for i, o in zip(sizes, sizes[1:])]


def dense_logits(parameters, x, activation):
    *hidden, last = parameters
    for w, b in hidden:
        x = activation(x @ w + b)
    return x @ last[0] + last[1]


def pooled(x):
    """The largest of 2 × 2: as a reshape, whose derivative XLA computes elementwise."""
    n, rows, columns, channels = x.shape
    return jax.nn.relu(x.reshape(n, rows // 2, 2, columns // 2, 2, channels).max((2, 4)))


def lenet_logits(parameters, x):
    x = x.reshape(-1, 28, 28, 1)
    for w, b in parameters[:2]:
        x = pooled(jax.lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b)
    return dense_logits(parameters[2:], x.reshape(x.shape[0], -1), jax.nn.relu)


def lenet_parameters() -> list:
    kernels = [(uniform((5, 5, i, o), 25 * (i + o)), jnp.zeros(o, jnp.float32)) for i, o in ((1, 6), (6, 16))]
    return kernels + dense_parameters([256, 120, 84, 10])


def make(network: dict):
    is_lenet = "sizes" not in network
    parameters = lenet_parameters() if is_lenet else dense_parameters(network["sizes"])
    pixels, classes = batch_of(network["batch"], 784)
    images, labels = jnp.asarray(pixels), jnp.asarray(classes)

    def logits(parameters, x):
        if is_lenet:
            return lenet_logits(parameters, x)
        return dense_logits(parameters, x, ACTIVATIONS[network["activation"]])

    if not network["training"]:
        infer = jax.jit(lambda p, x: jax.nn.softmax(logits(p, x)))
        return lambda: infer(parameters, images).block_until_ready()

    def loss_of(parameters, x, t):
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits(parameters, x)), t[:, None], 1))

    rate = network["learning_rate"]

    def sgd(state, x, t):
        loss, gradient = jax.value_and_grad(loss_of)(state, x, t)
        return jax.tree.map(lambda w, g: w - rate * g, state, gradient), loss

    def adam(state, x, t):
        w, m, s, count = state
        loss, gradient = jax.value_and_grad(loss_of)(w, x, t)
        count = count + 1
        m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, gradient)
        s = jax.tree.map(lambda s, g: BETA2 * s + (1 - BETA2) * g * g, s, gradient)
        a, b = rate / (1 - BETA1**count), 1 / jnp.sqrt(1 - BETA2**count)
        w = jax.tree.map(lambda w, m, s: w - a * m / (b * jnp.sqrt(s) + EPSILON), w, m, s)
        return (w, m, s, count), loss

    if is_lenet or network["rule"] == "Adam":
        def zeros():
            return jax.tree.map(jnp.zeros_like, parameters)

        rule, state = adam, (parameters, zeros(), zeros(), jnp.float32(0))
    else:
        rule, state = sgd, parameters
    compiled = jax.jit(rule, donate_argnums=0)

    def step():
        nonlocal state
        state, loss = compiled(state, images, labels)
        jax.block_until_ready(state)
        return loss

    check_learning(network["name"], lambda: float(step()))
    return step


serve(THREADS, {"JAX": jax.__version__}, {"JAX": make})
