"""Errors told to Sentry, where a deployment names one (RUN-5): LOOKOUT_SENTRY_DSN, and the package sentry-sdk.

What is told: the traceback, the line of the log, the id of request and camera. Never a credential (`redact`), never the
values of local variables (passwords of cameras are among them), no cookies and no names of people.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import get_contextvars

from portal.common.redact import redact

CARRIED = ("request_id", "camera", "task_id")
"""What the log knows of the moment, as tags to search for."""


def sentry_begin(dsn: str, environment: str) -> None:
    """From now on, in this process. Raises ImproperlyConfigured without the package."""
    try:
        import sentry_sdk
    except ImportError as exc:
        raise ImproperlyConfigured(
            "LOOKOUT_SENTRY_DSN is set, and sentry-sdk is not installed: "
            ".venv/bin/python -m pip install 'sentry-sdk>=2.40,<3'"
        ) from exc
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        before_send=cleaned,
        include_local_variables=False,
        send_default_pii=False,
        max_request_body_size="never",
    )


def cleaned(event: Any, _hint: Any) -> Any:
    """An event as it may leave: every credential in it hidden, the ids of the moment as tags."""
    known = get_contextvars()
    tags = {name: str(known[name]) for name in CARRIED if name in known}
    return _redacted({**event, "tags": {**(event.get("tags") or {}), **tags}})


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _redacted(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(one) for one in value]
    return value
