"""Errors that services raise and every door (page, API, WebSocket) has an answer for. Plain Python."""


class ConflictError(Exception):
    """The state of things does not allow it (409): somebody was first, or it is over.

    code: one word for programs.    facts: what the API answers beside the message, as plain JSON.
    """

    status = 409
    code = "conflict"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class PreconditionError(Exception):
    """The caller has not seen the state that they would change (API-2).

    status: 428, they do not say which they saw; 412, they saw another one.    etag: of now; empty: nothing is there.
    """

    def __init__(self, message: str, *, status: int, etag: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.etag = etag


class AppendOnlyError(Exception):
    """Rows of the audit log are added, never changed and never removed (SEC-5)."""

    def __init__(self) -> None:
        super().__init__("The audit log is append-only: its rows are neither changed nor removed.")


class CursorGoneError(ConflictError):
    """What comes after this cursor is kept no longer (410); the facts say what is."""

    status = 410
    code = "cursor_gone"


class KeyReusedError(Exception):
    """An Idempotency-Key came with another request than the first time (API-5)."""


class RequestRunningError(Exception):
    """A request under the same Idempotency-Key has no answer yet, or none any more (API-5). code: which of the two."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code
