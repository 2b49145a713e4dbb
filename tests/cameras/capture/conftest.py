"""Fixtures for capture: clips made of the simulated camera, a guard that lets loopback pass."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cameras.capture.health import Backoff
from cameras.capture.reader import CameraReader
from cameras.capture.source import SourceSpec
from portal.common.outgoing import AddressGuard
from tests.cameras.capture.support import scene_frames, write_clip

MakeReader = Callable[..., CameraReader]


@pytest.fixture
def guard() -> AddressGuard:
    """Loopback is where the tests' cameras are."""
    return AddressGuard(allow_loopback=True)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of a simulated camera, 320×240, 10 fps, H.264."""
    return write_clip(tmp_path_factory.mktemp("clips") / "square.mp4", scene_frames(30))


@pytest.fixture
def make_reader() -> Iterator[MakeReader]:
    """Started readers with short waits; stopped at the end."""
    readers: list[CameraReader] = []

    def make(spec: SourceSpec, **settings: object) -> CameraReader:
        settings.setdefault("backoff", Backoff(0.05, 0.2))
        readers.append(CameraReader(spec, **settings))
        readers[-1].start()
        return readers[-1]

    yield make
    for reader in readers:
        reader.stop(20)
