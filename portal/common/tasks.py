"""Work in the background that belongs to no application."""

import structlog
from celery import shared_task

from portal.common.idempotency import requests_prune

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def prune_requests() -> None:
    """Forget the Idempotency-Keys of yesterday (API-5)."""
    log.info("pruned requests", removed=requests_prune())
