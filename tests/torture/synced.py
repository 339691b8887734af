"""Whether a crash of the machine can take what a program has put in its place: read from the trace of its calls."""

import os.path
import re

from program import Call

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
PUTS_IN_PLACE = ("rename", "renameat", "renameat2", "link", "linkat")


def unsynced(calls: list[Call]) -> list[str]:
    """A file has to be on disk before it gets its name, and the folder with the name of it at the end."""
    trouble = []
    opened: dict[str, str] = {}
    written: set[str] = set()
    named: dict[str, str] = {}
    for call in calls:
        if call.failed:
            continue
        paths = [os.path.normpath(path) for path in QUOTED.findall(call.arguments)]
        file = opened.get(call.arguments.partition(",")[0], "")
        if call.name == "openat":
            opened[call.result.partition(" ")[0]] = paths[0]
        elif call.name in ("write", "writev", "pwrite64", "ftruncate"):
            written.add(file)
        elif call.name in ("fsync", "fdatasync"):
            written.discard(file)
            named.pop(file, None)
        elif call.name in PUTS_IN_PLACE:
            if paths[0] in written:
                trouble.append(f"{paths[1]} gets its name before it is on disk")
            named[os.path.dirname(paths[1]) or "."] = paths[1]
    return trouble + [f"the name of {path} is not on disk at the end" for path in named.values()]
