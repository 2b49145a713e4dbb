"""`manage.py worker`: one more camera worker (RUN-4)."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.management.running import portal_url
from portal.supervisor.plan import camera_worker_argv


class Command(BaseCommand):
    """Turns into a Celery worker that takes cameras: those of REDIS_URL, else of the portal on this data folder."""

    help = "Runs a camera worker until Ctrl-C; it takes its share of the cameras by itself."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:  # noqa: ARG002 (Django calls it so)
        url = portal_url()
        if not url:
            raise CommandError(
                f"No portal to work for: set REDIS_URL and DATABASE_URL to those of the portal, "
                f"or start one on the data folder {settings.DATA} first (make run)."
            )
        os.environ["REDIS_URL"] = url
        argv = camera_worker_argv(f"watch-{os.getpid()}", share_runs=settings.INFERENCE.share_runs)
        os.execv(sys.executable, argv)  # noqa: S606
