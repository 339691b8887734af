"""The kinds of faults: each lists its points, and a point runs a command with one fault and judges it."""

import dataclasses
import os
import random
import re
import resource
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from judge import files
from program import CRASH, INJECTED, Call, Said, after_loader, calls_of
from scenarios import RESUME, TRAIN, Scenario, Scenarios, Verdict, go_on, judge, trouble_with_end, unlike_place
from synced import unsynced

# Before these the program is killed: what changes a file, and what is between two changes.
CHANGES = """write writev pwrite64 rename renameat renameat2 link linkat symlink unlink unlinkat mkdir close fsync
    fdatasync ftruncate flock fcntl openat""".split()

# What a call may fail with. (A futex, a signal's handler or a closed memory map cannot fail in a way that a program
# has to expect, and libc ends the program when they do. brk tells by its value, not by an error.)
ERRORS = {
    "openat": ["EMFILE", "EACCES", "ENOSPC", "EINTR"],
    "read": ["EIO", "EINTR"],
    "pread64": ["EIO"],
    "write": ["ENOSPC", "EIO", "EINTR"],
    "writev": ["ENOSPC", "EIO", "EINTR"],
    "pwrite64": ["ENOSPC", "EIO"],
    "close": ["EIO", "ENOSPC", "EINTR"],
    "rename": ["ENOSPC", "EIO", "EACCES"],
    "renameat": ["ENOSPC", "EIO", "EACCES"],
    "link": ["ENOSPC", "EPERM", "EMLINK"],
    "linkat": ["ENOSPC", "EPERM"],
    "mkdir": ["ENOSPC", "EACCES"],
    "unlink": ["EACCES", "EIO"],
    "unlinkat": ["EACCES", "EIO"],
    "fsync": ["EIO", "ENOSPC", "EINTR", "EINVAL"],
    "fdatasync": ["EIO", "ENOSPC", "EINTR"],
    "ftruncate": ["EIO", "EINTR"],
    "flock": ["EAGAIN", "ENOLCK", "EINTR"],
    "fcntl": ["EAGAIN", "ENOLCK", "EMFILE"],
    "lseek": ["EIO"],
    "newfstatat": ["EACCES", "EIO"],
    "fstat": ["EIO"],
    "getdents64": ["EIO"],
    "mmap": ["ENOMEM"],
    "mremap": ["ENOMEM"],
    "mprotect": ["ENOMEM"],
    "clone": ["EAGAIN"],
    "clone3": ["EAGAIN"],
    "vfork": ["EAGAIN"],
    "pipe2": ["EMFILE"],
    "wait4": ["EINTR"],
    "getcwd": ["ENOENT"],
    "statfs": ["EIO"],
    "sysinfo": ["EFAULT"],
}
OTHER_NUMBERS = ("is not the reference's", "holds rows that the reference has not", "its output has other numbers")
CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE)
# What does not go away by itself: a full disk, a table of files that is full. From then on every such call fails.
LASTING = {"write": "ENOSPC", "writev": "ENOSPC", "openat": "EMFILE", "fsync": "EIO", "mmap": "ENOMEM"}


@dataclasses.dataclass
class Point:
    """One fault at one moment of one command."""

    name: str
    run: Callable[[Path], Verdict]


Points = Iterator[Point]


# Paths are to be whole.
STRACE = ["-s", "4096"]


def traced(all: Scenarios, scenario: Scenario) -> list[Call]:
    """The calls of an undisturbed run, once the program is there."""
    place = scenario.place(all.folder / f"{scenario.name}-traced")
    return after_loader(calls_of(all.program.run(scenario.arguments, place, strace=STRACE, plots=scenario.plots).trace))


def attacked(all: Scenarios, scenario: Scenario, place: Path, inject: str, **how) -> Verdict:
    call = inject.partition(":")[0]
    strace = ["-e", f"trace={call}", "-e", "signal=none", "-e", f"inject={inject}"]
    said = all.program.run(scenario.arguments, scenario.place(place), strace=strace, plots=scenario.plots)
    if not said.hit:
        return Verdict("missed")
    if crashed(said):
        return blame(all, scenario, place, said, inject)
    if said.code == 1 and not said.err and said.lost_words:
        said.err = b"gradus: what nobody sees"
    verdict = judge(all, scenario, place, said, **how)
    if not has_other_numbers(said, verdict):
        return verdict
    again = scenario.place(place.with_name("again"))
    if not all.program.happens_in("libdnnl", INJECTED, scenario.arguments, again, inject, plots=scenario.plots):
        return verdict
    return Verdict("library")


def has_other_numbers(said: Said, verdict: Verdict) -> bool:
    """Whether a command went well, with files and output that are whole but not the reference's: where oneDNN cannot
    make a kernel it takes another one without a word, which adds up in another order."""
    alike = all(line.endswith(OTHER_NUMBERS) for line in verdict.trouble)
    return verdict.outcome == "fault" and said.code == 0 and alike


def all_pictures(verdict: Verdict) -> bool:
    return all(line.partition(":")[0].endswith(".png") for line in verdict.trouble)


def crashed(said: Said) -> bool:
    return said.code is not None and -said.code in CRASHES


def blame(all: Scenarios, scenario: Scenario, place: Path, said: Said, inject: str | None = None, **how) -> Verdict:
    """oneDNN crashes when it finds no memory for its kernels: that is told apart, and still gone on with."""
    verdict = judge(all, scenario, place, said, killed_by=CRASHES)
    if verdict.outcome == "fault":
        return verdict
    again = scenario.place(place.with_name("again"))
    if all.program.happens_in("libdnnl", CRASH, scenario.arguments, again, inject, plots=scenario.plots, **how):
        return Verdict("library")
    return Verdict("fault", [f"a signal ended it (exit code {said.code}): {said.err[-300:]!r}"])


def kill(all: Scenarios, _: random.Random) -> Points:
    """SIGKILL before every call that changes a file: after the one before it. And of each command, undisturbed,
    whether a crash of the machine at its end would take anything."""
    for scenario in all.all.values():
        calls = traced(all, scenario)

        def lasts(_, calls=calls):
            trouble = unsynced(calls)
            return Verdict("fault" if trouble else "same", trouble)

        yield Point(f"kill/{scenario.name}/synced", lasts)
        for call in calls:
            if call.name not in CHANGES or call.failed:
                continue

            def run(place, scenario=scenario, call=call):
                return attacked(
                    all, scenario, place, f"{call.name}:signal=KILL:when={call.n}", killed_by=(signal.SIGKILL,)
                )

            yield Point(f"kill/{scenario.name}/{call.name}/{call.n}", run)


def error(all: Scenarios, _: random.Random) -> Points:
    """Every call fails in turn, once or from then on."""
    for scenario in all.all.values():
        for call in traced(all, scenario):
            if call.failed:
                continue
            whens = [(str(call.n), code) for code in ERRORS.get(call.name, [])]
            if call.name in LASTING:
                whens.append((f"{call.n}+", LASTING[call.name]))
            for when, code in whens:

                def run(place, scenario=scenario, call=call, when=when, code=code):
                    return attacked(all, scenario, place, f"{call.name}:error={code}:when={when}")

                yield Point(f"error/{scenario.name}/{call.name}/{when}/{code}", run)


def at_random(all: Scenarios, chance: random.Random) -> Points:
    """SIGKILL, SIGTERM, SIGINT and SIGHUP at random times."""
    for name, number in (("train", 200), ("resume", 100), ("report", 30)):
        scenario = all.all[name]
        spans = []
        for _ in range(3):
            place = scenario.place(all.folder / "timed")
            began = time.monotonic()
            all.program.run(scenario.arguments, place, plots=scenario.plots)
            spans.append(time.monotonic() - began)
        span = min(spans)
        for i in range(number):
            which = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)[i % 4 if i % 8 > 3 else 0]
            part = round(chance.uniform(0, 1.1), 4)

            def run(place, scenario=scenario, which=which, part=part):
                process = all.program.start(scenario.arguments, scenario.place(place), plots=scenario.plots)
                time.sleep(part * span)
                process.send_signal(which)
                return judge_stopped(all, scenario, place, all.program.end(process, place), which)

            yield Point(f"random/{name}/{which.name}/{part}", run)


# What a training says that is asked to stop, before its last iteration and after it.
STOPPED = re.compile(
    rb"stopped after iteration \d+; everything is saved\. Go on with: .*\n"
    rb"|stopped; the network and its results are saved\. Write the page about them with: gradus report run\n"
)


def judge_stopped(all: Scenarios, scenario: Scenario, place: Path, said, which: signal.Signals) -> Verdict:
    """A training that is asked to stop saves, says how to go on and ends with 130."""
    saved = said.code == 130 and which != signal.SIGKILL
    if saved:
        said.code = -which
        if not STOPPED.fullmatch(said.err):
            return Verdict("fault", [f"it does not say how to go on: {said.err!r}"])
    return judge(all, scenario, place, said, killed_by=(which,), saved=saved)


def size(all: Scenarios, _: random.Random) -> Points:
    """No file may be larger than n bytes: a write is cut short, after which the program is killed or told EFBIG."""
    for name in ("train", "resume", "report", "dump", "explain"):
        scenario = all.all[name]
        limits = {4096}
        for file in files(scenario.reference):
            length = (scenario.reference / file).stat().st_size
            limits |= {length // 3, length // 2, length - 1, length - length % 4096}
        # What it says goes into a file too, and is to have room there.
        for limit in sorted(limit for limit in limits if limit > 100):
            for what in ("killed", "EFBIG"):

                def run(place, scenario=scenario, limit=limit, what=what):
                    said = all.program.run(
                        scenario.arguments,
                        scenario.place(place),
                        plots=scenario.plots,
                        limits=[(resource.RLIMIT_FSIZE, limit)],
                        ignored=[signal.SIGXFSZ] if what == "EFBIG" else [],
                    )
                    return judge(all, scenario, place, said, killed_by=(signal.SIGXFSZ,) if what == "killed" else ())

                yield Point(f"size/{name}/{limit}/{what}", run)


def limit(all: Scenarios, _: random.Random) -> Points:
    """Few open files, little memory: from nothing to enough."""
    for scenario in all.all.values():
        limits = [("files", resource.RLIMIT_NOFILE, n) for n in range(3, 20)]
        limits += [("memory", resource.RLIMIT_AS, n << 20) for n in range(100, 600, 5)]
        for word, what, number in limits:

            def run(place, scenario=scenario, word=word, what=what, number=number):
                said = all.program.run(
                    scenario.arguments, scenario.place(place), plots=scenario.plots, limits=[(what, number)]
                )
                if said.code == 127 and b"error while loading shared libraries" in said.err:
                    return Verdict("missed")
                if crashed(said):
                    return blame(all, scenario, place, said, limits=[(what, number)])
                verdict = judge(all, scenario, place, said)
                # gnuplot draws without letters where it cannot open a font, and does not say so.
                if word == "files" and has_other_numbers(said, verdict) and all_pictures(verdict):
                    return Verdict("library")
                return verdict

            yield Point(f"limit/{scenario.name}/{word}/{number}", run)


def stream(all: Scenarios, _: random.Random) -> Points:
    """Standard streams that are closed or full."""
    redirections = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"]
    redirections += [">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full", "<&- >/dev/full", ">/dev/full 2>&-"]
    for scenario in all.all.values():
        for loud in (False, True) if scenario.trains else (False,):
            for shell in redirections:

                def run(place, scenario=scenario, shell=shell, loud=loud):
                    arguments = [word for word in scenario.arguments if not (loud and word == "--quiet")]
                    said = all.program.run(arguments, scenario.place(place), plots=scenario.plots, shell=shell)
                    full = ">/dev/full" in shell.replace("2>/dev/full", "") and (scenario.said.out or loud)
                    if full and said.code == 0:
                        return Verdict("fault", ["exit code 0, but its output is lost"])
                    if "2>" in shell and said.code == 1:
                        said.err = b"gradus: what nobody sees"
                    elif loud:
                        said.err = b"\n".join(line for line in said.err.splitlines() if line.startswith(b"gradus: "))
                    return judge(all, scenario, place, said, out=False)

                yield Point(f"stream/{scenario.name}{'-loud' if loud else ''}/{shell.replace('/', '.')}", run)


def allocation(all: Scenarios, _: random.Random, library: Path) -> Points:
    """Every place of the program that allocates, at the first allocation it makes; some and all that follow."""
    common: set[int] = set()
    for scenario in (all.all["list"], *(s for s in all.all.values() if s.name != "list")):
        place = scenario.place(all.folder / f"{scenario.name}-allocations")
        listing = place.with_suffix(".list")
        preload = {"LD_PRELOAD": str(library), "GRADUS_TORTURE_LIST": str(listing)}
        all.program.run(scenario.arguments, place, plots=scenario.plots, environment=preload)
        numbers = [int(line) for line in listing.read_text().splitlines() if line.isdigit()]
        if scenario.name == "list":
            common = set(numbers)
        else:
            # What declares the flags is the same for every command.
            alike = next((i for i, n in enumerate(numbers) if n not in common), len(numbers))
            numbers = numbers[alike:]
        for i, number in enumerate(numbers):
            for onward in ("", "+") if i % 10 == 0 else ("",):

                def run(place, scenario=scenario, what=f"{number}{onward}"):
                    hit = place.with_suffix(".hit")
                    hit.unlink(missing_ok=True)
                    preload = {"LD_PRELOAD": str(library), "GRADUS_TORTURE_FAIL": what, "GRADUS_TORTURE_HIT": str(hit)}
                    said = all.program.run(
                        scenario.arguments, scenario.place(place), plots=scenario.plots, environment=preload
                    )
                    if not hit.exists():
                        return Verdict("missed")
                    if crashed(said):
                        return blame(all, scenario, place, said, environment=preload)
                    verdict = judge(all, scenario, place, said)
                    if has_other_numbers(said, verdict) and "libdnnl" in hit.read_text(errors="replace"):
                        return Verdict("library")
                    return verdict

                yield Point(f"allocation/{scenario.name}/{number}{onward}", run)


def two(all: Scenarios, _: random.Random) -> Points:
    """Two processes on one run: the second runs from beginning to end while the first one stands still."""
    for name, second in (("train", TRAIN), ("train", RESUME), ("resume", RESUME)):
        scenario = all.all[name]
        for call in traced(all, scenario):
            if call.name not in CHANGES or call.failed:
                continue

            def run(place, scenario=scenario, call=call, second=second):
                return race(all, scenario, place, call, second)

            yield Point(f"two/{name}-{'train' if second is TRAIN else 'resume'}/{call.name}/{call.n}", run)


def race(all: Scenarios, scenario: Scenario, place: Path, call: Call, second: list[str]) -> Verdict:
    strace = ["-e", f"trace={call.name}", "-e", f"inject={call.name}:signal=STOP:when={call.n}"]
    log = place.with_suffix(".trace")
    log.unlink(missing_ok=True)
    first = all.program.start(scenario.arguments, scenario.place(place), strace=strace)
    while first.poll() is None and not (log.exists() and "stopped by SIGSTOP" in log.read_text(errors="replace")):
        time.sleep(0.002)
    if first.poll() is not None:
        return Verdict("missed")
    other = all.program.run(second, place, files=place.with_name("second"))
    for child in Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGCONT)
    said = all.program.end(first, place)
    trouble = trouble_with_end(said, scenario.said, ()) + trouble_with_end(other, scenario.said, ())
    if said.code == 0 and other.code == 0:
        trouble.append("both end with exit code 0")
    if said.code != 0 and other.code != 0:
        trouble += go_on(all, scenario, place)
    else:
        trouble += unlike_place(place, scenario.reference)
    return Verdict("fault" if trouble else "refused", trouble)
