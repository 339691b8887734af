"""Processes that time one thing at a time as they are told: gradus-bench, and one for each peer and number of threads.

All speak the same lines (main.cpp): `list`, `run NAME MILLISECONDS`, `quit`; each answer is a line of JSON."""

import json
import subprocess
import sys


class Failed(Exception):
    """What a worker could not do, in its own words."""


class Worker:
    def __init__(self, command: list[str], cwd=None):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd)

    def ask(self, line: str) -> dict:
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise SystemExit(f"bench: {self.command[0]} ended while it was asked '{line[:80]}': its reason is above")
        answer = json.loads(answer)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def run(self, name: str, milliseconds: float) -> list[float]:
        """µs of each call in about so many milliseconds, at least of one."""
        return self.ask(f"run {name} {milliseconds}")["us"]

    def quit(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def gradus(program: str, threads: list[int]) -> Worker:
    return Worker([program, "--threads", ",".join(map(str, threads))])


def peers(python: str, folder: str, threads: list[int], networks: list[dict]) -> list[Worker]:
    """PyTorch and JAX, a process for each number of threads: JAX has no setting for it while it runs."""
    workers = []
    for count in threads:
        for script in ("peer_torch.py", "peer_jax.py"):
            print(f"bench: starting {script}, threads: {count}", file=sys.stderr)
            worker = Worker([python, f"{folder}/{script}", str(count)])
            worker.ask("networks " + json.dumps(networks))
            workers.append(worker)
    return workers
