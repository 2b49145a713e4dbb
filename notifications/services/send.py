"""Handing a message to a sender: whatever happens comes back as a value, so that one message stops no other."""

from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import Error

from notifications.record import RecordError
from notifications.senders.base import Answer, PermanentSendError, SendError, TemporarySendError

log = structlog.get_logger(__name__)


def send_result(send: Callable[[], Answer], *, notification_id: UUID) -> Answer | SendError:
    """What came of `send`, which may read its record, too. Raises django.db.Error."""
    try:
        return send()
    except SendError as error:
        return error
    except RecordError as error:
        return PermanentSendError(str(error))
    except Error:
        raise
    except Exception as error:  # the outermost loop of a worker
        log.exception("notification: unexpected error", notification=str(notification_id))
        return TemporarySendError(f"an unexpected error ({type(error).__name__}); the log of the portal says more")
