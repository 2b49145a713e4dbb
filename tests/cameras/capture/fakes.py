"""Sources that do what a test wants: scripts of frames, waits and errors."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

from cameras.capture.frame import Frame
from cameras.capture.source import SourceSpec, StreamEndedError
from tests.cameras.capture.support import flat

Script = Callable[["FakeSource"], Iterator[Frame]]


class FakeSource:
    """Plays a script: a generator of frames, which may wait on `cancelled` and raise."""

    simulated = True

    def __init__(self, script: Script) -> None:
        self._frames = script(self)
        self.cancelled = threading.Event()
        self.closed = False

    def open(self) -> None:
        """The script opens itself with its first frame."""

    def read(self) -> Frame:
        return next(self._frames)

    def close(self) -> None:
        self.closed = True

    def cancel(self) -> None:
        self.cancelled.set()


class Studio:
    """Gives each opening the next script, the last one for ever after."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self.opened: list[FakeSource] = []

    def __call__(self, _spec: SourceSpec) -> FakeSource:
        script = self._scripts[min(len(self.opened), len(self._scripts) - 1)]
        self.opened.append(FakeSource(script))
        return self.opened[-1]


def playing(source: FakeSource) -> Iterator[Frame]:
    """A camera of 50 fps whose every picture differs."""
    number = 0
    while not source.cancelled.wait(0.02):
        yield flat(number, int(monotonic() * 1000), luma=16 + number % 200)
        number += 1
    raise StreamEndedError("closed")


def still(source: FakeSource) -> Iterator[Frame]:
    """The same picture again and again."""
    number = 0
    while not source.cancelled.wait(0.02):
        yield flat(number, int(monotonic() * 1000))
        number += 1
    raise StreamEndedError("closed")


def silent(source: FakeSource) -> Iterator[Frame]:
    """One picture, then nothing until it is cancelled."""
    yield flat(0, int(monotonic() * 1000))
    source.cancelled.wait(60)
    raise StreamEndedError("closed")


def failing(error: Exception, after: int = 0) -> Script:
    def script(_source: FakeSource) -> Iterator[Frame]:
        for number in range(after):
            yield flat(number, int(monotonic() * 1000), luma=20 + number)
        raise error

    return script
