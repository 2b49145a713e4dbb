"""`manage.py serve ROLE`: one process of a portal that systemd or containers keep running (RUN-3)."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.supervisor.crew import camera_worker_env
from portal.supervisor.plan import ROLES, Launch, role_argv

NAMES = {role.replace(" ", "-"): role for role in ROLES}


class Command(BaseCommand):
    """Turns into the process, exactly as `manage.py up` starts it; the process id stays."""

    help = "Runs one process of the portal until SIGTERM: for service managers and containers."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=sorted(NAMES), help="which one")

    def handle(self, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError("REDIS_URL is not set: name the key-value server that all processes share.")
        os.environ["REDIS_URL"] = settings.REDIS_URL  # also where it came from a file (REDIS_URL_FILE)
        places = str(settings.BASE_DIR), str(settings.DATA), settings.HOST, settings.PORT
        role = NAMES[options["role"]]
        os.environ |= camera_worker_env(os.environ) if role == "camera worker" else {}
        launch = Launch(*places, share_runs=settings.INFERENCE.share_runs)
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, role_argv(role, launch))  # noqa: S606
