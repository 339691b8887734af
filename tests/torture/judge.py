"""Whether files are whole and the same: what a run must be after a fault, and after it was gone on with."""

import json
import re
from pathlib import Path

# What a file of a finished run may say differently: times, and since when they were taken.
TIMES = re.compile(rb"[^\n]*(\(median\)|since iteration| s in all|<span>in all)[^\n]*\n")
LINKED = "digits"


def files(place: Path) -> set[str]:
    """Every file and empty folder of a place, but for the data it was given."""
    found = set()
    for path in place.rglob("*"):
        name = str(path.relative_to(place))
        if name == LINKED or path.is_dir() and any(path.iterdir()):
            continue
        found.add(name + "/" if path.is_dir() else name)
    return found


def torn(path: Path) -> str:
    """What a whole file of this name has and this one lacks; nothing when it is whole."""
    contents = path.read_bytes()
    try:
        match path.suffix:
            case ".safetensors":
                return torn_tensors(contents)
            case ".json":
                json.loads(contents)
                return "" if contents.endswith(b"}\n") else "it does not end with its last bracket"
            case ".csv":
                return torn_rows(contents)
            case ".html":
                return "" if contents.endswith(b"</html>\n") else "it does not end with </html>"
            case ".svg":
                return "" if contents.rstrip().endswith(b"</svg>") else "it does not end with </svg>"
            case ".txt":
                return "" if contents.endswith(b"\n") else "its last line has no end"
    except (ValueError, KeyError, TypeError) as error:
        return f"it cannot be read: {error}"
    return ""


def torn_tensors(contents: bytes) -> str:
    if len(contents) < 8:
        return "it has no header"
    size = int.from_bytes(contents[:8], "little")
    header = json.loads(contents[8 : 8 + size])
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    if len(contents) != 8 + size + max(ends):
        return f"it has {len(contents)} bytes, its header says {8 + size + max(ends)}"
    return ""


def torn_rows(contents: bytes) -> str:
    """The last line of a log may be unfinished: it is written as the run goes on, and dropped when resumed."""
    for line in contents.split(b"\n")[1:-1]:
        if line.count(b",") != 4:
            return f"a line of it is {line!r}"
    return ""


def unlike(path: Path, reference: Path) -> str:
    """In what a file differs from the reference's, times apart; nothing when it does not."""
    contents, expected = path.read_bytes(), reference.read_bytes()
    if contents == expected:
        return ""
    if path.name == "report.json":
        contents, expected = json.loads(contents), json.loads(expected)
        contents.pop("time", None)
        expected.pop("time", None)
    elif path.suffix in (".txt", ".html"):
        contents, expected = TIMES.sub(b"", contents), TIMES.sub(b"", expected)
    return "" if contents == expected else f"{path.name} is not the reference's"


def unlike_place(place: Path, reference: Path) -> list[str]:
    """In what a place differs from the reference's: nothing may be missing, left over or different."""
    here, there = files(place), files(reference)
    trouble = [f"{name} is missing" for name in sorted(there - here)]
    trouble += [f"{name} is left over" for name in sorted(here - there)]
    for name in sorted(here & there):
        if name.endswith("/"):
            continue
        if difference := torn(place / name) or unlike(place / name, reference / name):
            trouble.append(f"{name}: {difference}")
    return trouble


def torn_in(place: Path, known: set[str], reference: Path) -> list[str]:
    """The torn files of a place. Files of no known name are temporary ones: they may be unfinished."""
    trouble = []
    for name in sorted(files(place) & known):
        if not name.endswith("/") and (what := torn(place / name)):
            trouble.append(f"{name} is torn: {what}")
        elif name.endswith(".csv"):
            whole = (place / name).read_bytes().rpartition(b"\n")[0]
            if not (reference / name).read_bytes().startswith(whole):
                trouble.append(f"{name} holds rows that the reference has not")
    return trouble
