"""What both peers have in common: the lines they speak with bench.py, and the data they train on."""

import json
import os
import sys
import time
from typing import Callable

import numpy as np

WARM_MILLISECONDS = 5  # the first calls bring memory into the caches, and the threads of the one before go to sleep

LENET = {"name": "W4", "batch": 256, "training": True, "learning_rate": 1e-3}


def batch_of(examples: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Images in [0, 1], four pixels in five black, and classes: as workload.cpp has them."""
    random = np.random.default_rng(1)
    images = np.maximum(0, random.uniform(-4, 1, (examples, width))).astype(np.float32)
    return images, random.integers(0, 10, examples)


def pin(threads: int) -> None:
    """This process on its first `threads` processors."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def check_learning(name: str, losses: Callable[[], float]) -> None:
    """The same batch again and again must cost less than at first."""
    before = losses()
    for _ in range(20):
        after = losses()
    if not after < before:
        raise RuntimeError(f"{name}: the loss went from {before} to {after}")


def timed(step: Callable[[], object], milliseconds: float) -> list[float]:
    end = time.perf_counter() + WARM_MILLISECONDS / 1000
    step()
    while time.perf_counter() < end:
        step()
    times = []
    end = time.perf_counter() + milliseconds / 1000
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        times.append(1e6 * (time.perf_counter() - start))
    return times


def serve(threads: int, versions: dict[str, str], contenders: dict[str, Callable[[dict], Callable[[], object]]]) -> None:
    """`contenders` makes the step of a network, already seen to learn, by the contender's name."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    networks: dict[str, dict] = {}
    made: dict[str, Callable[[], object]] = {}

    def answer(line: str) -> dict:
        command, _, rest = line.partition(" ")
        if command == "networks":
            networks.update({n["name"]: n for n in [*json.loads(rest), LENET]})
            return {"networks": list(networks)}
        if command == "list":
            return {"versions": versions, "threads": threads, "contenders": list(contenders)}
        if command == "run":
            name, _, milliseconds = rest.rpartition(" ")
            if name not in made:
                network, contender, _ = name.split("/")
                made[name] = contenders[contender](networks[network])
            return {"us": timed(made[name], float(milliseconds))}
        raise ValueError(f"'{command}' is none of networks, list, run")

    for line in sys.stdin:
        try:
            result = answer(line.strip())
        except Exception as error:  # whatever it is belongs to whoever asked
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), file=out, flush=True)
