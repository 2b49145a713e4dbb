"""A network that somebody brought, loaded once in a process of its own before anything else does (SEC-6).

python -m analytics.engine.inference.network_trial FILE.onnx MANIFEST.json     prints {"problem": ""}, or what is wrong

The process bounds itself before it reads the file: memory, processor time, and no file may be written. Whoever starts
it (`network_try`) bounds its time and gives it none of the portal's secrets.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from analytics.engine.inference.errors import NetworkBrokenError, NetworkError

LIMIT_S = 60
MEMORY = 3_000_000_000  # bytes of addresses; onnxruntime and OpenCV alone take one
ROOT = Path(__file__).resolve().parents[3]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")


def network_try(path: Path, manifest: Path, *, limit_s: float = LIMIT_S, memory: int = MEMORY) -> None:
    """Raise NetworkBrokenError unless the file is whole, stands alone, loads, and answers as its manifest says."""
    argv = [sys.executable, "-B", "-m", __name__, str(path), str(manifest), str(memory)]
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 (argv is our own, no shell)
            argv, cwd=ROOT, env=environ, capture_output=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise NetworkBrokenError(f"it was not loaded and run once within {limit_s:g} s") from exc
    problem = _problem(done)
    if problem:
        # It is shown to whoever brought the file, for whom the folders of this machine mean nothing.
        raise NetworkBrokenError(problem.replace(f"{path}: ", "").replace(f"{path.parent}{os.sep}", "").strip())


def _problem(done: subprocess.CompletedProcess[bytes]) -> str:
    """What the process said last; one that was ended says nothing."""
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode == 0 and lines:
        return str(json.loads(lines[-1])["problem"])
    return f"the process that tried it ended with {done.returncode}: too much memory, too much work, or a broken file"


def main() -> None:
    """See the module."""
    path, manifest, memory = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    bounds = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: LIMIT_S, resource.RLIMIT_FSIZE: 0}
    for what, most in (bounds | {resource.RLIMIT_CORE: 0}).items():
        resource.setrlimit(what, (most, most))
    sys.stdout.write(json.dumps({"problem": _tried(path, manifest)}) + "\n")


def _tried(path: Path, manifest: Path) -> str:
    # What loads networks takes a hundred megabytes, and whoever starts this process needs none of it.
    from analytics.engine.inference.manifest import load_manifest
    from analytics.engine.inference.networks import Network
    from analytics.engine.inference.onnx import OnnxDetector
    from analytics.engine.inference.onnx_file import onnx_read

    try:
        described = load_manifest(manifest)
        if described is None:
            return f"{manifest.name} describes no network"
        onnx_read(path.read_bytes())
        OnnxDetector(Network(described, path))
    except NetworkError as exc:
        return str(exc)
    except MemoryError:
        return "it takes more memory than a network may"
    return ""


if __name__ == "__main__":
    main()
