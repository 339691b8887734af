"""Whether every source compiles alone, without the others of its unit: what a folder's compile_commands.json says,
with the syntax checked and nothing written."""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys


def check(entry):
    words = shlex.split(entry["command"])
    at = words.index("-o")
    said = subprocess.run(
        words[:at] + ["-fsyntax-only"] + words[at + 2 :], cwd=entry["directory"], capture_output=True, text=True
    )
    return entry["file"], said.returncode, said.stderr


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        entries = json.load(file)
    broken = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, said in pool.map(check, entries):
            if code != 0:
                broken += 1
                print(f"{name} does not compile alone:\n{said}", file=sys.stderr)
    print(f"{len(entries) - broken} of {len(entries)} sources compile alone")
    return 1 if broken or not entries else 0


sys.exit(main())
