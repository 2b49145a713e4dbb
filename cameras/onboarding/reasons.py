"""Why a camera could not be tried: one word for programs each (CAM-2). Light: brings neither FFmpeg nor OpenCV.

ConnectionTestError     there is no picture
TooManyTestsError         as many tests as may run at once are running
"""

from enum import StrEnum

from portal.common.errors import ConflictError


class Reason(StrEnum):
    """What went wrong."""

    ADDRESS_INVALID = "address_invalid"
    ADDRESS_REFUSED = "address_refused"
    UNKNOWN_HOST = "unknown_host"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # the name of a reason
    UNSUPPORTED_CODEC = "unsupported_codec"
    ENCRYPTED = "encrypted"
    NOT_A_VIDEO = "not_a_video"
    BROKE_OFF = "broke_off"
    FAILED = "failed"


class ConnectionTestError(Exception):
    """There is no picture; `reason` says why for programs, the message for people, without credentials."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class TooManyTestsError(ConflictError):
    """Too many tests at once; one of them will soon be over."""

    code = "busy"
