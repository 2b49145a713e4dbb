"""`manage.py up`: run the whole portal on this machine until Ctrl-C (RUN-1)."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from analytics.engine.inference.networks import NetworkCatalogue
from portal.supervisor.plan import Launch

LOOPBACK = "127.0.0.0/8"


class Command(BaseCommand):
    """Reads the settings, then turns into the supervisor: the process stays, Django leaves its memory."""

    help = "Starts web, workers, beat and a private key-value server, and keeps them running until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="prepare first, make the demo sites, and allow cameras of this machine"
        )

    def handle(self, **options: Any) -> None:
        if options["demo"]:
            call_command("prepare", demo=True, stdout=self.stdout)
            if not settings.ALLOWED_NETWORKS:
                os.environ["LOOKOUT_ALLOWED_NETWORKS"] = LOOPBACK
        if settings.REDIS_URL:  # also where it came from a file (REDIS_URL_FILE) or .env
            os.environ["REDIS_URL"] = settings.REDIS_URL
        launch = Launch(
            base=str(settings.BASE_DIR),
            data=str(settings.DATA),
            host=settings.HOST,
            port=settings.PORT,
            user=_administrator(),
            camera_workers=settings.CAMERA_WORKERS,
            share_runs=settings.INFERENCE.share_runs,
            **_networks(),
        )
        sys.stdout.flush()
        os.chdir(Path(settings.BASE_DIR))
        os.execv(sys.executable, [sys.executable, "-m", "portal.supervisor", launch.to_json()])  # noqa: S606


def _administrator() -> str:
    """The name of the first portal administrator, for the screen."""
    try:
        users = get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("pk")
        return str(users.values_list("username", flat=True).first() or "")
    except DatabaseError:
        return ""  # not migrated yet: the web server's log will say so


def _networks() -> dict[str, Any]:
    """Where networks may lie, and what to say while there is none (RUN-6)."""
    folders = [Path(folder) for folder in settings.NETWORK_FOLDERS]
    catalogue = NetworkCatalogue(folders)
    missing = catalogue.missing()
    manifests = [*(one.manifest for one in missing), *(one.manifest for one in catalogue.available())]
    where = f" {missing[0]}" if missing else ""
    return {
        "networks": tuple(str(folder / manifest.file) for folder in folders for manifest in manifests),
        "no_network": f"no network: cameras are shown, nothing is detected.{where}",
    }
