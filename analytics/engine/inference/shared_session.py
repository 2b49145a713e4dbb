"""A session that all cameras of a worker share: rebuilt once after a failure, given up after the next (DESIGN 3)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from analytics.engine.inference.errors import InferenceBusyError, InferenceError, InferenceGaveUpError
from analytics.engine.inference.sessions import Session

# After so many good answers a failure is a new trouble, not the old one coming back.
WELL_AGAIN_AFTER = 1000


class SharedSession:
    """Hands out the session and takes reports of how it fared, from any number of threads.

    build: opens a session. rebuild: the same with a time limit, used after a failure. Both may raise InferenceError.
    Several cameras may report the death of one and the same session; only the first report counts.
    """

    def __init__(self, name: str, build: Callable[[], Session], rebuild: Callable[[], Session]) -> None:
        self._name = name
        self._rebuild = rebuild
        self._lock = threading.Lock()
        self._session: Session | None = build()
        self._given_up = False
        self._on_trial = 0  # good answers still wanted from a rebuilt session
        self.rebuilds = 0

    def current(self) -> Session:
        """The session to use now. Raises InferenceBusyError while it is rebuilt, then InferenceGaveUpError."""
        session = self._session
        if session is not None:
            return session
        if self._given_up:
            raise InferenceGaveUpError(f"{self._name}: failed again after it was rebuilt")
        raise InferenceBusyError(f"{self._name}: being rebuilt after a failure")

    def succeeded(self) -> None:
        """One more good answer; the common case takes no lock."""
        if self._on_trial:
            with self._lock:
                self._on_trial = max(0, self._on_trial - 1)

    def failed(self, session: Session) -> None:
        """`session` gave no answer or an error: the first time it is rebuilt here and now.

        Raises InferenceGaveUpError when it was rebuilt before, or cannot be rebuilt.
        """
        with self._lock:
            if session is not self._session:
                return
            self._session = None
            self._given_up = self._on_trial > 0
        if self._given_up:
            self.current()
        self._replace()

    def _replace(self) -> None:
        """Outside the lock: nobody waits for a build but the one camera that met the failure."""
        self.rebuilds += 1
        self._on_trial = WELL_AGAIN_AFTER
        try:
            self._session = self._rebuild()
        except InferenceError as exc:
            self._given_up = True
            raise InferenceGaveUpError(f"{self._name}: could not be rebuilt: {exc}") from exc
