"""What is attacked: commands in places of their own, each with what an undisturbed run makes of it."""

import dataclasses
import random
import re
import shutil
import struct
from pathlib import Path

from judge import LINKED, files, torn_in, unlike_place
from program import Program, Said

SMALL = "--hidden 8 --batch 16 --validation 30 --log-every 3 --dropout 0.2 --augment shift --threads 1 --quiet".split()
BEGIN = ["train", "mlp", "--data", "./digits", "--out", "run", *SMALL]
TRAIN = [*BEGIN, "--epochs", "2"]
RESUME = ["train", "mlp", "--resume", "run", "--epochs", "2", "--quiet"]


@dataclasses.dataclass
class Scenario:
    """A command, the place it begins in, and how it is gone on with after a fault: the first way that works."""

    name: str
    arguments: list[str]
    again: list[list[str]]
    start: Path
    reference: Path
    plots: bool = False
    trains: bool = False
    said: Said | None = None
    known: set[str] = dataclasses.field(default_factory=set)

    def place(self, path: Path) -> Path:
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.start, path, symlinks=True)
        return path


@dataclasses.dataclass
class Verdict:
    """What became of a point: 'same', 'resumed', 'refused', 'missed', or 'fault' with what was wrong."""

    outcome: str
    trouble: list[str] = dataclasses.field(default_factory=list)


def write_digits(folder: Path) -> None:
    """120 + 40 images of noise in ten classes: what is learned of them does not matter here."""
    folder.mkdir(parents=True)
    chance = random.Random(1)
    for stem, count in (("train", 120), ("t10k", 40)):
        pixels = struct.pack(">4I", 0x803, count, 28, 28) + chance.randbytes(count * 784)
        labels = struct.pack(">2I", 0x801, count) + bytes(chance.randrange(10) for _ in range(count))
        (folder / f"{stem}-images-idx3-ubyte").write_bytes(pixels)
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(labels)


class Scenarios:
    """The commands that are attacked, with their places and references below one folder."""

    def __init__(self, program: Program, folder: Path):
        self.program = program
        self.folder = folder
        self.all: dict[str, Scenario] = {}
        (folder / "no-programs").mkdir()
        write_digits(folder / LINKED)

    def begin(self, name: str, arguments: list[str] | None = None) -> Path:
        place = self.folder / name
        place.mkdir()
        (place / LINKED).symlink_to(self.folder / LINKED)
        if arguments:
            self.must(arguments, place)
        return place

    def must(self, arguments, place: Path, **how) -> Said:
        said = self.program.run(arguments, place, **how)
        if said.code != 0:
            raise SystemExit(f"torture: gradus {' '.join(arguments)} fails undisturbed: {said.err.decode()}")
        return said

    def add(self, name, arguments, start, again=None, plots=False, trains=False) -> Scenario:
        reference = self.folder / f"{name}-reference"
        scenario = Scenario(name, arguments, again or [arguments], start, reference, plots, trains)
        scenario.said = self.must(arguments, scenario.place(reference), plots=plots)
        scenario.known = files(reference) | files(start)
        self.all[name] = scenario
        return scenario


def add_commands(all: Scenarios) -> None:
    """Trainings from their beginning and from their half, and commands that read, draw and print."""
    empty = all.begin("empty")
    half = all.begin("half", [*BEGIN, "--epochs", "1"])
    whole = all.begin("whole", TRAIN)
    all.add("train", TRAIN, empty, [RESUME, TRAIN], trains=True)
    all.add("resume", RESUME, half, [RESUME], trains=True)
    all.add("report", ["report", "run"], whole, plots=True)
    all.add("predict", ["predict", "run", "digits/t10k-images-idx3-ubyte"], whole)
    all.add("evaluate", ["evaluate", "run"], whole)
    all.add("dump", ["dump", "mlp", "--hidden", "3", "-o", "step.txt"], empty)
    all.add("explain", ["explain", "neuron", "--steps", "2", "-o", "page.html"], empty, plots=True)
    all.add("list", ["list", "optimizers"], empty)


def trouble_with_end(said: Said, expected: Said, killed_by: tuple[int, ...]) -> list[str]:
    """A program ends with 0, or with 1 and one message; no signal but the injected one ends it."""
    lines = said.err.splitlines()
    if said.code is None:
        return [f"it hangs: not ended in time"]
    if -said.code in killed_by:
        return []
    if said.code < 0:
        return [f"a signal ended it (exit code {said.code}): {said.err[-300:]!r}"]
    if said.code not in (0, 1, 2):
        return [f"exit code {said.code}: {said.err[-300:]!r}"]
    if said.code == 0:
        strange = [line for line in lines if line not in expected.err.splitlines() and not line.startswith(NOTE)]
        return [f"exit code 0, but it says {strange!r}"] if strange else []
    lines = [line for line in lines if not line.startswith(NOTE)]
    if len(lines) != 1 or not lines[0].startswith(b"gradus: "):
        return [f"not one message: {said.err[-300:]!r}"]
    return []


PREVIOUS = "checkpoint.previous.safetensors"
NOTE = b"the plots were not drawn"


def trouble_with_success(scenario: Scenario, place: Path, said: Said) -> list[str]:
    """After an exit code of 0 nothing is missing; plots that were not drawn are announced."""
    trouble = unlike_place(place, scenario.reference)
    if NOTE in said.err:
        trouble = [line for line in trouble if not line.startswith(("run/plots/", "run/report.html"))]
    return trouble


def trouble_with_output(out: bytes, expected: bytes) -> str:
    if NUMBER.sub(b"#", out) == NUMBER.sub(b"#", expected):
        return "exit code 0, but its output has other numbers"
    return f"exit code 0, but its output is not whole: {out[-200:]!r}"


NUMBER = re.compile(rb"-?\d+(\.\d+)?(e-?\d+)?")


def judge(scenarios: Scenarios, scenario: Scenario, place: Path, said: Said, *, killed_by=(), out=True, saved=False) -> Verdict:
    """The verdict on a place and an ending, after which the command is gone on with. `out`: its output counts.
    `saved`: it was asked to stop, and saved where it was."""
    trouble = trouble_with_end(said, scenario.said, killed_by)
    ended = said.code is not None and said.code >= 0
    known = {name for name in scenario.known if ended or "/plots/" not in name}
    trouble += torn_in(place, known, scenario.reference)
    if said.code == 0:
        trouble += trouble_with_success(scenario, place, said)
        if out and said.out != scenario.said.out:
            trouble.append(trouble_with_output(said.out, scenario.said.out))
        if trouble or said.err == scenario.said.err:
            return Verdict("fault" if trouble else "same", trouble)
    elif ended:
        left = files(place) - scenario.known
        # Where memory is refused and nothing may be thrown, nobody cleans up: the lock is the kernel's to give free.
        # One that seems to be another's is left to it.
        if b"there is not enough memory" in said.err or b"is being trained" in said.err:
            left.discard("run/.lock")
        trouble += [f"{name} is left behind" for name in sorted(left) if not name.endswith("/")]
    trouble += go_on(scenarios, scenario, place, saved)
    return Verdict("fault" if trouble else "refused" if ended else "resumed", trouble)


def go_on(scenarios: Scenarios, scenario: Scenario, place: Path, saved: bool = False) -> list[str]:
    """Goes on with a command after a fault: then the place is the reference's, to the bit. Only a training cleans up
    what it left when it was killed: nobody else owns a folder."""
    messages = []
    # The checkpoint before the last may be the one that it saved in the middle of an epoch.
    before = f"run/{PREVIOUS}: {PREVIOUS} is not the reference's"
    for arguments in scenario.again:
        said = scenarios.program.run(arguments, place, plots=scenario.plots)
        trouble = unlike_place(place, scenario.reference)
        if saved:
            trouble = [line for line in trouble if line != before]
        if not scenario.trains:
            trouble = [line for line in trouble if not line.endswith(".part is left over")]
        if said.code == 0:
            return [f"gone on with: {line}" for line in trouble]
        if b"has finished" in said.err and not trouble:
            return []
        messages.append(f"`gradus {' '.join(arguments[:4])} …`: {said.err.decode(errors='replace').strip()}")
    return ["it cannot be gone on with: " + "; ".join(messages)]
