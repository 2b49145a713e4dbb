"""How many connections there may be: in all, and from one address, so that one sender cannot keep the others out."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 512
MOST_OF_ONE = 16


class Guests:
    """Who is here; for one event loop."""

    def __init__(self) -> None:
        self._here: Counter[str] = Counter()

    @contextmanager
    def enter(self, peer: str) -> Iterator[bool]:
        """Whether there is room for another one of `peer`."""
        if self._here.total() >= MOST or self._here[peer] >= MOST_OF_ONE:
            yield False
            return
        self._here[peer] += 1
        try:
            yield True
        finally:
            self._here[peer] -= 1
            self._here += Counter()  # forgets those who have left
