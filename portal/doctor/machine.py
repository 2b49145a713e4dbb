"""The machine: Python, the packages of the lock, room on the disks."""

import importlib.metadata
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from packaging.markers import Marker

from portal.doctor.finding import Finding, fine, warn, wrong

PYTHON = (3, 11), (3, 14)  # from, and below; as pyproject.toml says
LOCK = "requirements.lock"
LITTLE_BYTES, TOO_LITTLE_BYTES = 5 * 10**9, 500 * 10**6
OTHER_OPENCV = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")
STANDS_FOR = {"onnxruntime": "onnxruntime-gpu"}  # installed in its place where there is a GPU
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?: ; ([^\\\n]+?))?(?: \\)?$", re.MULTILINE)


def python() -> Iterator[Finding]:
    """A version that the portal is made for."""
    lowest, below = PYTHON
    if lowest <= sys.version_info[:2] < below:
        yield fine("python", f"{platform.python_version()} at {sys.executable}")
    else:
        yield wrong(
            "python",
            f"{platform.python_version()} at {sys.executable}",
            f"Use Python {lowest[0]}.{lowest[1]} or newer, below {below[0]}.{below[1]}: make clean, make run PYTHON=…",
        )


def packages() -> Iterator[Finding]:
    """Every package of the lock in the version of the lock, and one OpenCV."""
    wanted = locked(Path(settings.BASE_DIR) / LOCK)
    other = [
        f"{name} {_installed(name) or 'missing'} instead of {version}"
        for name, version in wanted.items()
        if _installed(name) != version
    ]
    if other:
        named = ", ".join(other[:5]) + (f" and {len(other) - 5} more" if len(other) > 5 else "")
        advice = f"Install the lock: {sys.executable} -m pip install --require-hashes -r {LOCK}"
        yield wrong("packages", named, advice)
    else:
        yield fine("packages", f"{len(wanted)} as in {LOCK}")
    if double := [name for name in OTHER_OPENCV if _installed(name)]:
        yield wrong(
            "packages",
            f"{', '.join(double)} beside opencv-python-headless: both write to cv2/",
            f"Remove both, then install the lock again: pip uninstall {' '.join(double)} opencv-python-headless",
        )


def locked(lock: Path) -> dict[str, str]:
    """The packages of a lock and their versions, as far as they are for this machine."""
    found = _PINNED.findall(lock.read_text())
    return {name: version for name, version, marker in found if not marker or Marker(marker).evaluate()}


def _installed(name: str) -> str:
    for one in (name, STANDS_FOR.get(name)):
        try:
            return importlib.metadata.version(one) if one else ""
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""


def disks() -> Iterator[Finding]:
    """Room where the portal writes; a full disk stops the database, the pictures, and what waits for both."""
    folders = {"data folder": Path(settings.DATA), "pictures": Path(settings.MEDIA_ROOT)}
    seen: set[int] = set()
    for name, folder in folders.items():
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if there.stat().st_dev not in seen:
            seen.add(there.stat().st_dev)
            yield _disk(name, there)


def _disk(name: str, folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    found = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.1f} GB at {folder} ({name})"
    if usage.free < TOO_LITTLE_BYTES:
        return wrong("disk space", found, "Make room now: database, pictures and waiting alarms are written there.")
    if usage.free < LITTLE_BYTES or usage.free < usage.total * 0.05:
        return warn("disk space", found, "Make room, or keep pictures for fewer days (Edit site).")
    return fine("disk space", found)
