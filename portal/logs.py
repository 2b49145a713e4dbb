"""One form of log for every process: lines for a terminal, JSON for everything else, never a credential (CAM-1, RUN-5).

Standard library loggers (Django, uvicorn, Celery, ours) all end in the same handler, so the redaction has one place.
"""

import logging
import sys
from typing import TextIO

import structlog

from portal.common.redact import redact

_BEFORE: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then hides credentials in the finished line: also those in tracebacks and foreign messages."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to what `sys.stderr` is at that moment: a supervisor or a test may have put another in its place."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _stream: TextIO) -> None:
        """Given by the base class once, and not kept."""


def configure(level: str = "INFO", form: str = "") -> None:
    """Set up logging of this process; safe to call twice.

    form: "console", "json", or "" for console on a terminal and JSON elsewhere.
    """
    console = form == "console" or (not form and sys.stderr.isatty())
    handler = StderrHandler()
    handler.setFormatter(RedactingFormatter(foreign_pre_chain=_BEFORE, processors=_rendering(console)))
    root = logging.getLogger()
    root.handlers[:] = [*(kept for kept in root.handlers if not isinstance(kept, StderrHandler)), handler]
    root.setLevel(level)
    _quieten()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BEFORE,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _rendering(console: bool) -> list[structlog.typing.Processor]:
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if console:
        plain = structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
        return [clean, plain]
    return [clean, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _quieten() -> None:
    """uvicorn brings handlers of its own; django-structlog already writes one line for each request.

    Celery would write three lines every two seconds, for ever: that reconcile was due, received and done. What failed
    django-structlog tells, with the id of the request behind it.
    """
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    celery = ("celery.beat", "celery.worker.strategy")
    for name in ("uvicorn.access", "django.server", "httpx", "httpcore", *celery):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.CRITICAL)
