"""`manage.py demo`: the administrator and the demo sites, made once (RUN-1)."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from cameras.models import Extension, Site
from cameras.services.camera import camera_create
from cameras.services.extension import extension_install
from cameras.services.site import site_create
from portal.accounts.models import User
from portal.demo_sites import DEMO, DemoCamera, DemoSite
from portal.settings import env

ADMINISTRATOR = "admin"


class Command(BaseCommand):
    """A second run changes nothing: neither a password nor a camera that somebody moved, renamed or removed."""

    help = "Makes the administrator, and the demo sites when there is no site yet."

    def handle(self, **options: Any) -> None:  # noqa: ARG002 (Django calls it so)
        with transaction.atomic():
            self._administrator()
            if not Site.objects.exists():
                self._sites()

    def _administrator(self) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        given = env.str("LOOKOUT_ADMIN_PASSWORD", "")
        password = given or secrets.token_urlsafe(12)
        User.objects.create_superuser(ADMINISTRATOR, password=password)
        if not given:
            self.stdout.write(f"\n  The password of {ADMINISTRATOR}, shown only this once:  {password}\n")

    def _sites(self) -> None:
        clips = {path.name for path in settings.MEDIA_CLIPS.glob("*.mp4")} if settings.MEDIA_CLIPS else set()
        for site in DEMO:
            self._make(site, clips)
        if not clips:
            self.stdout.write("  No folder of clips (LOOKOUT_MEDIA): the demo cameras are simulated.")

    def _make(self, demo: DemoSite, clips: set[str]) -> None:
        site = site_create(name=demo.name, time_zone=demo.time_zone)
        for camera in demo.cameras:
            if camera.url(clips):
                _camera_make(site, camera, clips)
            else:
                self.stdout.write(f"  Without {camera.clip} there is no camera “{camera.name}”: faces are not drawn.")


def _camera_make(site: Site, demo: DemoCamera, clips: set[str]) -> None:
    camera = camera_create(site=site, name=demo.name, url=demo.url(clips), fps=demo.fps, settings=demo.settings)
    if demo.nonmask is not None:
        extension_install(camera=camera, settings=demo.nonmask, kind=Extension.Kind.NONMASK)
