"""`manage.py simulate`: many simulated cameras on one machine, through the real chain, with no picture."""

import os
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.workers.heartbeat import SKETCHED
from cameras.models import Camera, Site
from cameras.services.removal import camera_delete
from cameras.services.site import site_remove
from portal.management.running import portal_url
from portal.simulated_sites import MOST_CAMERAS, MOST_SITES, simulated_ids, simulated_make
from portal.supervisor.plan import worker_argv


def _whole(most: int) -> Any:
    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is no whole number, 1 to {most} expected")
        return int(text)

    return read


class Command(BaseCommand):
    """Makes the cameras, then turns into the worker that takes them: no other one does."""

    help = (
        "Makes simulated cameras that nobody draws and runs them until Ctrl-C, to see how a portal bears with a "
        "thousand: leases, counts, alarms and pages are real, pictures are not."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cameras", type=_whole(MOST_CAMERAS), default=1000, help="how many (1000)")
        parser.add_argument("--sites", type=_whole(MOST_SITES), default=20, help="on how many sites (20)")
        parser.add_argument(
            "--remove", action="store_true", help="remove all of them with their sites, and run nothing"
        )

    def handle(self, *, cameras: int, sites: int, remove: bool, **options: Any) -> None:  # noqa: ARG002 (Django calls it so)
        url = portal_url()
        if not url:
            raise CommandError("No portal to simulate cameras for: start one first (make run), or set REDIS_URL.")
        os.environ["REDIS_URL"] = url
        if remove:
            self._remove()
            return
        if sites > cameras:
            raise CommandError(f"{sites} sites for {cameras} cameras: at most one site for each camera.")
        self._make(cameras, sites)
        argv = worker_argv(f"simulate-{os.getpid()}", (SKETCHED,), cameras)
        os.execv(sys.executable, argv)  # noqa: S606

    def _make(self, cameras: int, sites: int) -> None:
        try:
            for made in simulated_make(cameras=cameras, sites=sites):
                self._say(f"{made} of {cameras} simulated cameras are there")
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._say("All of them say SIMULATED. They run until Ctrl-C; --remove takes them away.")

    def _remove(self) -> None:
        """Sites that somebody gave other cameras stay."""
        ids = simulated_ids()
        sites = set(Site.objects.filter(cameras__in=ids))
        for camera in Camera.objects.filter(pk__in=ids):
            camera_delete(camera=camera)
        for site in sites:
            if not site.cameras.exists():
                site_remove(site=site)
        self._say(f"{len(ids)} simulated cameras are removed")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
