"""The program under test: how it is run, attacked and watched."""

import dataclasses
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path


@dataclasses.dataclass
class Said:
    """How a program ended: its exit code, −n where signal n ended it, None where it hung."""

    code: int | None
    out: bytes
    err: bytes
    trace: str = ""

    @property
    def hit(self) -> bool:
        """Whether strace got to do what it was told to."""
        return INJECTED in self.trace or self.code == -signal.SIGKILL

    @property
    def lost_words(self) -> bool:
        """Whether what it said to stderr was kept from it by strace."""
        return re.search(r"^writev?\(2, .*\(INJECTED\)$", self.trace, re.M) is not None


@dataclasses.dataclass
class Call:
    """One line of strace: the n-th call of its name."""

    name: str
    n: int
    arguments: str
    result: str

    @property
    def failed(self) -> bool:
        return self.result.startswith(("-1", "?"))


# How strace marks what its stacks belong to.
CRASH = "--- SIG"
INJECTED = "(INJECTED)"

CALL = re.compile(r"^(\w+)\((.*)\)\s+= (.*)$")


def calls_of(trace: str) -> list[Call]:
    counts: dict[str, int] = {}
    calls = []
    for line in trace.splitlines():
        if found := CALL.match(line):
            name = found[1]
            counts[name] = counts.get(name, 0) + 1
            calls.append(Call(name, counts[name], found[2], found[3]))
    return calls


def stack_of(what: str, trace: str) -> str:
    """The lines of `strace -k` below the last that holds `what`."""
    return re.split(r"\n(?! > )", trace.rpartition(what)[2], maxsplit=1)[0]


def after_loader(calls: list[Call]) -> list[Call]:
    """Without what the dynamic loader does before the program is there: it ends by giving back its cache."""
    cached = next(i for i, call in enumerate(calls) if "ld.so.cache" in call.arguments)
    begin = next(i for i, call in enumerate(calls) if i > cached and call.name == "munmap")
    return calls[begin + 1 :]


class Program:
    """Runs `gradus` in a folder, with nothing of the user's around it."""

    def __init__(self, executable: Path, home: Path, timeout: float = 60):
        self.executable = executable.resolve()
        self.home = home
        self.timeout = timeout
        self.strace = shutil.which("strace") or sys.exit("torture: strace is not installed")

    def environment(self, plots: bool) -> dict[str, str]:
        path = os.environ["PATH"] if plots else str(self.home / "no-programs")
        # Where a program with counters writes them, that is not into its runs.
        counts = {name: os.environ[name] for name in ["LLVM_PROFILE_FILE"] if name in os.environ}
        return {"PATH": path, "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TMPDIR": str(self.home), **counts}

    def start(
        self,
        arguments: list[str],
        place: Path,
        *,
        files: Path | None = None,
        strace: list[str] | None = None,
        plots: bool = False,
        environment: dict[str, str] | None = None,
        limits=(),
        ignored=(),
        shell: str = "",
    ) -> subprocess.Popen:
        """Starts it in `place`; what it says goes to files named as `files`, else as the place, which they stand
        beside. `shell` may redirect, as in '>&-'."""
        files = files or place
        words = [str(self.executable), *arguments]
        if strace is not None:
            # strace itself is left in peace.
            given = [word for pair in (environment or {}).items() for word in ("-E", "=".join(pair))]
            words = [self.strace, "-qq", "-o", str(files.with_suffix(".trace")), *given, *strace, *words]
            environment = None
        if shell:
            words = ["/bin/sh", "-c", f'exec "$@" {shell}', "sh", *words]

        def prepare():
            for what, value in limits:
                resource.setrlimit(what, (value, value))
            for which in ignored:
                signal.signal(which, signal.SIG_IGN)

        with open(files.with_suffix(".out"), "wb") as out, open(files.with_suffix(".err"), "wb") as err:
            return subprocess.Popen(
                words,
                cwd=place,
                env={**self.environment(plots), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                preexec_fn=prepare if limits or ignored else None,
                start_new_session=True,
            )

    def end(self, process: subprocess.Popen, files: Path) -> Said:
        try:
            code = process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
        trace = files.with_suffix(".trace")
        return Said(
            code,
            files.with_suffix(".out").read_bytes(),
            files.with_suffix(".err").read_bytes(),
            trace.read_text(errors="replace") if trace.exists() else "",
        )

    def happens_in(self, library: str, what: str, arguments: list[str], place: Path, inject: str | None, **how) -> bool:
        """Whether code of a library runs, as the stack says, when the last of these happens: CRASH or INJECTED."""
        strace = ["-k", "-e", "signal=SIGSEGV,SIGABRT,SIGBUS,SIGFPE"]
        call = inject.partition(":")[0] if inject else "none"
        strace += ["-e", f"trace={call}", *(["-e", f"inject={inject}"] if inject else [])]
        return library in stack_of(what, self.run(arguments, place, strace=strace, **how).trace)

    def run(self, arguments: list[str], place: Path, *, files: Path | None = None, **how) -> Said:
        (files or place).with_suffix(".trace").unlink(missing_ok=True)
        return self.end(self.start(arguments, place, files=files, **how), files or place)
