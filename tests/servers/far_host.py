"""Another host on this machine: a network of its own, joined to ours by one cable that can be pulled (ip-netns(8)).

Its processes see this machine's files, and of the network only what is at the other end of the cable. Needs root.
"""

import os
import subprocess
from types import TracebackType
from typing import Self


class FarHost:
    """Is there while it is open. HERE, THERE: the addresses of the two ends, out of those of one link only."""

    HERE, THERE = "169.254.77.1", "169.254.77.2"

    def __init__(self) -> None:
        self._name = f"lookout-{os.getpid()}"
        self._near, self._far = f"lk{os.getpid()}n", f"lk{os.getpid()}f"

    @property
    def within(self) -> tuple[str, ...]:
        """What comes before a command that is to run there."""
        return "ip", "netns", "exec", self._name

    def cut(self) -> None:
        """Pull the cable: nothing comes through, and nobody is told."""
        _ip("link", "set", self._near, "down")

    def join(self) -> None:
        """Put it back."""
        _ip("link", "set", self._near, "up")

    def __enter__(self) -> Self:
        if taken := _ip("-oneline", "addr", "show", "to", f"{self.HERE}/30"):
            raise RuntimeError(f"the network of the other host is in use: {taken}")
        _ip("netns", "add", self._name)
        try:
            self._lay()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._remove()

    def _lay(self) -> None:
        _ip("link", "add", self._near, "type", "veth", "peer", "name", self._far, "netns", self._name)
        _ip("addr", "add", f"{self.HERE}/30", "dev", self._near)
        _ip("-n", self._name, "addr", "add", f"{self.THERE}/30", "dev", self._far)
        for there, end in ((("-n", self._name), self._far), (("-n", self._name), "lo"), ((), self._near)):
            _ip(*there, "link", "set", end, "up")

    def _remove(self) -> None:
        """Both ends of the cable go with the network."""
        _ip("netns", "del", self._name)


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()} (needs root, and Debian's iproute2)")
    return done.stdout.strip()
