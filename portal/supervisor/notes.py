"""Warnings that no child's state tells: what the launch already knew, and a key-value server elsewhere that is away."""

from urllib.parse import urlsplit

from portal.supervisor.keyvalue import answers
from portal.supervisor.plan import Launch

EVERY_S = 5.0


class Notes:
    """Called by the supervisor's loop with the time; asks a key-value server of REDIS_URL every five seconds."""

    def __init__(self, launch: Launch, redis_url: str) -> None:
        self._fixed, self._url = launch.notes, redis_url
        self._asked_at = -EVERY_S
        self._answered = True

    def __call__(self, now: float) -> tuple[str, ...]:
        """The warnings of this moment."""
        if self._url and now - self._asked_at >= EVERY_S:
            self._asked_at, self._answered = now, answers(self._url)
        return self._fixed if self._answered else (*self._fixed, self._away())

    def _away(self) -> str:
        """Names the server without its password."""
        where = urlsplit(self._url)
        return f"the key-value server of REDIS_URL ({where.hostname}:{where.port or 6379}) does not answer"
