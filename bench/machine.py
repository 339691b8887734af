"""What a measurement must say of where and when it was made."""

import datetime
import os
import platform
import re
import subprocess
import time
from pathlib import Path


def first(pattern: str, text: str, otherwise: str = "unknown") -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip() if found else otherwise


def caches() -> dict[str, str]:
    """Size of each of the first processor's caches, "L2 of a core" and so on, as the kernel tells them."""
    result = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((index / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            result[f"L{level}"] = size
    return result


def describe() -> dict:
    cpuinfo = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    meminfo = Path("/proc/meminfo").read_text() if Path("/proc/meminfo").exists() else ""
    flags = first(r"^flags\s*:(.*)$", cpuinfo, "").split()
    return {
        "model": first(r"^model name\s*:(.*)$", cpuinfo, platform.processor() or "unknown"),
        "family": " ".join(first(rf"^{name}\s*:(.*)$", cpuinfo) for name in ("cpu family", "model", "stepping")),
        "cores": len(os.sched_getaffinity(0)),
        "vectors": next((v for v in ("avx512f", "avx2", "sse4_2") if v in flags), "unknown"),
        "caches": caches(),
        "memory_gb": round(int(first(r"^MemTotal:\s*(\d+)", meminfo, "0")) / 1e6, 1),
        "virtual": "hypervisor" in flags,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def commit(root: Path) -> str:
    """With a + where files differ from it."""
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True).stdout.strip()

    return (git("rev-parse", "--short=10", "HEAD") or "unknown") + ("+" if git("status", "--porcelain", "-uno") else "")


def today() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def busy() -> float:
    """The part of all processors' time that somebody uses now, over half a second."""
    def times() -> tuple[int, int]:
        numbers = [int(n) for n in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
        return sum(numbers), numbers[3] + numbers[4]

    before, idle_before = times()
    time.sleep(0.5)
    after, idle_after = times()
    return 1 - (idle_after - idle_before) / max(1, after - before)
