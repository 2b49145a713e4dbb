"""What `make training` installs, one requirement a line: what the engine imports, as locked, and the training extra.

The lock's hashes are left out: pip would then ask for hashes of torch too, which has another file for each machine.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ("numpy", "opencv-python-headless", "onnxruntime", "av", "scipy", "shapely")


def locked(lock: str, name: str) -> list[str]:
    """The lines of one package: more than one where Python versions differ. Raises ValueError when there is none."""
    lines = re.findall(rf"^({re.escape(name)}==[^\\\n]*?)\s*\\?$", lock, re.MULTILINE)
    if not lines:
        raise ValueError(f"{name} is not in requirements.lock")
    return lines


def requirements() -> list[str]:
    """Read from the two files of the project."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line for name in ENGINE for line in locked(lock, name)] + project["optional-dependencies"]["training"]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in requirements())
