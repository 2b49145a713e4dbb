"""Why a device could not be read: one word for programs each.

DeviceError     nothing, or nothing useful, came from the device; `reason` says why
"""

from enum import StrEnum


class DeviceReason(StrEnum):
    """What went wrong."""

    ADDRESS_REFUSED = "address_refused"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # the name of a reason
    NOT_ONVIF = "not_onvif"
    NO_STREAM = "no_stream"
    FAULT = "fault"
    FAILED = "failed"


class DeviceError(Exception):
    """`reason` is for programs, the message for people, without credentials.

    soap: the answer was a SOAP fault, so there is a device that speaks it.
    """

    def __init__(self, reason: DeviceReason, message: str, *, soap: bool = False) -> None:
        super().__init__(message)
        self.reason, self.soap = reason, soap
