"""Our chain against the loop of peer.py: `chain_over_peer` and `chain_over_peer_40_objects`.

The peer lives in a virtual environment below the data folder, made once from peer_requirements.lock (pinned, with
hashes). Both sides run in turns on the same clip and network, one thread each, never at the same time. The forty
objects are made (crowd.py says how, and why); everything after the network is real on both sides.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.material import PAIRS, Chain, Pass, clip_make, compared, interleaved, one_thread

HERE = Path(__file__).parent
LOCK = HERE / "peer_requirements.lock"
NETWORK, FRAMES = "fastestdet-352", 300
CROWD_FRAMES = 100


class PeerMissingError(Exception):
    """The peer's environment could not be made, or the peer ended; the message ends with what it said."""


class PeerProcess:
    """The peer, waiting for its turns."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def begin(self) -> Pass:
        """See `Side`."""
        self._ask("begin")
        self._done = Pass()
        return self._done

    def go(self, frames: int) -> None:
        """See `Side`; the peer takes its own time."""
        self._done.add(**json.loads(self._ask(str(frames))))

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise PeerMissingError(f"the peer ended with status {self._process.wait()}")
        return answer


def chain_over_peer(media: Path, data: Path, networks: Sequence[Path], pairs: int = PAIRS) -> dict[str, Any]:
    """The clip's own few people (wanted: at least 1.2, goal 1.4)."""
    return _over_peer(media, data, networks, pairs, crowd=0)


def chain_over_peer_40_objects(media: Path, data: Path, networks: Sequence[Path], pairs: int = PAIRS) -> dict[str, Any]:
    """Forty people in every frame (wanted: at least 1.4, goal 1.8)."""
    return _over_peer(media, data, networks, pairs, crowd=CROWD_FRAMES)


def _over_peer(media: Path, data: Path, networks: Sequence[Path], pairs: int, crowd: int) -> dict[str, Any]:
    clip = clip_make(media, data / "bench")
    chain = Chain(clip, NETWORK, networks, crowd)
    python = environment_make(data / "bench")
    with one_thread(), _peer(python, clip, chain.network_path, crowd) as peer:
        return compared(interleaved(chain, peer, FRAMES, pairs), "peer")


@contextmanager
def _peer(python: Path, clip: Path, network: Path, crowd: int) -> Iterator[PeerProcess]:
    command = [python, HERE / "peer.py", "--clip", clip, "--network", network, "--crowd", crowd]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with subprocess.Popen(
        [str(part) for part in command],
        env=os.environ | one,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield PeerProcess(process)
        finally:
            process.kill()


def environment_make(folder: Path) -> Path:
    """The Python of the peer's environment, made when it is missing or the lock changed. Raises PeerMissingError."""
    home = folder / "peer"
    python, mark = home / "bin" / "python", home / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(LOCK)])
        mark.write_text(wanted)
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerMissingError(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}")
