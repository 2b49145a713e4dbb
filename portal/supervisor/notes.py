"""Warnings that no child's state tells: a key-value server elsewhere that is away, and no network to detect with."""

from pathlib import Path
from urllib.parse import urlsplit

from portal.supervisor.keyvalue import answers
from portal.supervisor.plan import Launch

EVERY_S = 5.0


class Notes:
    """Called by the supervisor's loop with the time; looks every five seconds."""

    def __init__(self, launch: Launch, redis_url: str) -> None:
        self._launch, self._url = launch, redis_url
        self._looked_at = -EVERY_S
        self._found: tuple[str, ...] = ()

    def __call__(self, now: float) -> tuple[str, ...]:
        """The warnings of this moment."""
        if now - self._looked_at >= EVERY_S:
            self._looked_at = now
            self._found = tuple(note for note in (self._away(), self._blind()) if note)
        return self._found

    def _away(self) -> str:
        """Names the server without its password."""
        if not self._url or answers(self._url):
            return ""
        where = urlsplit(self._url)
        return f"the key-value server of REDIS_URL ({where.hostname}:{where.port or 6379}) does not answer"

    def _blind(self) -> str:
        """RUN-6: which file is missing and where to put it; gone as soon as a network lies there."""
        paths = self._launch.networks
        return "" if not paths or any(Path(path).is_file() for path in paths) else self._launch.no_network
