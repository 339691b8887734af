"""Tests of the harness itself: it must see every fault that is planted here.

    check.py PROGRAM"""

import json
import re
import random
import sys
import tempfile
import unittest
from pathlib import Path

import kinds
from judge import unlike_place
from program import CRASH, INJECTED, Program, Said, calls_of, stack_of
from scenarios import BEGIN, Scenario, Scenarios, Verdict, judge, trouble_with_end, trouble_with_output
from synced import unsynced

PROGRAM = Path(sys.argv.pop(1))


class OfRuns(unittest.TestCase):
    """What is not the reference's is seen; times are not held against anybody."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        folder = Path(cls.scratch.name)
        cls.all = Scenarios(Program(PROGRAM, folder), folder)
        cls.scenario = cls.all.add("train", [*BEGIN, "--epochs", "1"], cls.all.begin("empty"), trains=True)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def planted(self, name: str, change) -> list[str]:
        place = self.all.folder / "place"
        self.scenario.place(place)
        self.all.must(self.scenario.arguments, place)
        file = place / "run" / name
        contents = change(file.read_bytes() if file.exists() else b"")
        if contents is None:
            file.unlink()
        else:
            file.write_bytes(contents)
        return unlike_place(place, self.scenario.reference)

    def test_undisturbed(self):
        self.assertEqual(self.planted("config.json", lambda text: text), [])

    def test_another_time(self):
        def later(text):
            report = json.loads(text)
            report["time"]["total_s"] += 1
            return json.dumps(report, indent=2).encode() + b"}\n"[1:]

        self.assertEqual(self.planted("report.json", later), [])

    def test_planted(self):
        def flipped(at):
            return lambda text: text[:at] + bytes([text[at] ^ 1]) + text[at:][1:]

        for name, change in {
            "checkpoint.safetensors": flipped(-1 - 4000),
            "metrics.csv": lambda text: text[: text.rindex(b"\n", 0, -1) + 1],
            "config.json": lambda text: text.replace(b'"seed": 0', b'"seed": 1'),
            "report.json": lambda text: re.sub(rb'"iterations": (\d+)', rb'"iterations": 1\1', text),
            "report.txt": lambda text: text.replace(b"test ", b"text "),
            "report.html": lambda text: text[:-1],
        }.items():
            with self.subTest(name):
                self.assertEqual(len(self.planted(name, change)), 1)
        with self.subTest("cut short"):
            trouble = self.planted("checkpoint.safetensors", lambda text: text[:-100])
            self.assertIn("its header says", trouble[0])
        with self.subTest("missing"):
            self.assertEqual(self.planted("report.json", lambda _: None), ["run/report.json is missing"])
        with self.subTest("left over"):
            self.assertEqual(self.planted("a.part", lambda _: b"half"), ["run/a.part is left over"])

    def test_a_run_that_cannot_be_gone_on_with(self):
        place = self.scenario.place(self.all.folder / "dead-end")
        (place / "run").mkdir()
        (place / "run" / "config.json").write_text("{}\n")
        verdict = judge(self.all, self.scenario, place, Said(-9, b"", b""), killed_by=(9,))
        self.assertEqual(verdict.outcome, "fault")
        self.assertIn("it cannot be gone on with", verdict.trouble[0])


class OfEndings(unittest.TestCase):
    """A program that crashes, hangs, says nothing or too much is seen."""

    def test_endings(self):
        expected = Said(0, b"out\n", b"")
        self.assertEqual(trouble_with_end(Said(1, b"", b"gradus: cannot\n"), expected, ()), [])
        self.assertEqual(trouble_with_end(Said(-9, b"", b""), expected, (9,)), [])
        for said in (
            Said(None, b"", b""),
            Said(-11, b"", b""),
            Said(-9, b"", b""),
            Said(1, b"", b""),
            Said(1, b"", b"gradus: cannot\ngradus: cannot\n"),
            Said(1, b"", b"terminate called\n"),
            Said(3, b"", b"gradus: locale\n"),
            Said(0, b"out\n", b"gradus: cannot\n"),
        ):
            with self.subTest(said):
                self.assertEqual(len(trouble_with_end(said, expected, ())), 1)


class OfBlame(unittest.TestCase):
    """oneDNN is blamed for what happens in it, and for other numbers alone."""

    TRACE = (
        "mprotect(0x1, 4096, PROT_READ|PROT_EXEC) = -1 ENOMEM (Cannot allocate memory) (INJECTED)\n"
        " > /usr/lib/libdnnl.so.2(dnnl_sgemm+0x7c) [0x1]\n"
        " > /usr/bin/gradus(main+0x2b) [0x2]\n"
        "--- SIGSEGV {si_signo=SIGSEGV} ---\n"
        " > /usr/bin/gradus(main+0x2b) [0x2]\n"
        "+++ killed by SIGSEGV +++\n"
    )

    def test_stacks(self):
        self.assertIn("libdnnl", stack_of(INJECTED, self.TRACE))
        self.assertNotIn("libdnnl", stack_of(CRASH, self.TRACE))

    def test_other_numbers(self):
        well = Said(0, b"", b"")
        other = "run/metrics.csv: metrics.csv is not the reference's"
        self.assertTrue(kinds.has_other_numbers(well, Verdict("fault", [other])))
        self.assertFalse(kinds.has_other_numbers(well, Verdict("fault", [other, "run/config.json is missing"])))
        self.assertFalse(kinds.has_other_numbers(Said(1, b"", b""), Verdict("fault", [other])))
        self.assertFalse(kinds.has_other_numbers(well, Verdict("same")))

    def test_output(self):
        expected = b"test accuracy 12.50 %, loss 1e-05\n"
        self.assertIn("other numbers", trouble_with_output(b"test accuracy 9.5 %, loss 0.3\n", expected))
        self.assertIn("not whole", trouble_with_output(b"test accuracy 12.50 %", expected))


class OfTraces(unittest.TestCase):
    """Names are given to what is on disk, and are on disk themselves."""

    STEPS = (
        'openat(AT_FDCWD, "run/.part", O_WRONLY|O_CREAT, 0666) = 3',
        'write(3, "{}\\n", 3)                 = 3',
        "fsync(3)                                = 0",
        'rename("run/.part", "run/config.json")  = 0',
        'openat(AT_FDCWD, "./run", O_RDONLY|O_DIRECTORY) = 4',
        "fsync(4)                                = 0",
    )

    def trouble(self, *left_out: int) -> list[str]:
        return unsynced(calls_of("\n".join(step for i, step in enumerate(self.STEPS) if i not in left_out)))

    def test_synced(self):
        self.assertEqual(self.trouble(), [])

    def test_unsynced(self):
        self.assertEqual(self.trouble(2), ["run/config.json gets its name before it is on disk"])
        self.assertEqual(self.trouble(5), ["the name of run/config.json is not on disk at the end"])


class OfInjection(unittest.TestCase):
    """Faults are injected where they are asked for, into programs that do not stand them."""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)

    def tearDown(self):
        self.scratch.cleanup()

    def verdicts(self, script: str, kind, **how) -> dict[str, Verdict]:
        """What becomes of a shell script at every point of a kind."""
        program = self.folder / "program"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        all = Scenarios(Program(program, self.folder, **how), self.folder)
        all.add("fake", [], all.begin("empty"))
        return {point.name: point.run(self.folder / "place") for point in kind(all, random.Random(1))}

    def faults(self, verdicts: dict[str, Verdict]) -> str:
        return "\n".join(line for verdict in verdicts.values() for line in verdict.trouble)

    def test_a_file_in_two_writes_is_torn_by_a_kill(self):
        found = self.verdicts("printf 'one line in ' >step.txt\nprintf 'two parts\\n' >>step.txt", kinds.kill)
        self.assertIn("step.txt is torn", self.faults(found))

    def test_a_full_disk_that_nobody_notices(self):
        found = self.verdicts("printf 'whole\\n' >step.txt\nexit 0", kinds.error)
        self.assertIn("step.txt", self.faults(found))
        self.assertTrue(any(v.outcome == "fault" and name.endswith("/ENOSPC") for name, v in found.items()))

    def test_output_that_nobody_gets(self):
        found = self.verdicts("echo whole 2>/dev/null\nexit 0", kinds.stream)
        self.assertEqual(found["stream/fake/>.dev.full"].trouble, ["exit code 0, but its output is lost"])

    def test_a_program_that_hangs(self):
        found = self.verdicts("[ -e /proc/self/fd/0 ] || /bin/sleep 30", kinds.stream, timeout=2)
        self.assertIn("it hangs", found["stream/fake/<&-"].trouble[0])


if __name__ == "__main__":
    unittest.main()
