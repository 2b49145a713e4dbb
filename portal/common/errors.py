"""Errors that services raise and every door (page, API, WebSocket) has an answer for. Plain Python."""


class ConflictError(Exception):
    """The state of things does not allow it (409): somebody was first, or it is over.

    code: one word for programs.    facts: what the API answers beside the message, as plain JSON.
    """

    code = "conflict"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts
