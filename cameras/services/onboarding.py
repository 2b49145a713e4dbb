"""How a camera comes in: its connection tried, the sensors of a device added, its credentials kept or not (CAM-2)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.models import Camera, Site
from cameras.services.address import address_clean
from cameras.services.camera import camera_create
from portal.common.guard import guard_make
from portal.common.redact import redact

if TYPE_CHECKING:
    from cameras.onboarding.connection import Connection, ConnectionTester


def connection_test(
    *, url: str, username: str = "", password: str = "", transport: str = "tcp", fps: float = 5.0
) -> "Connection":
    """Open the address as the portal would, for 10 s at most. Raises ConnectionTestError, TooManyTestsError."""
    return _test(url=url, username=username, password=password, transport=transport, fps=fps)


def camera_connection_test(
    *,
    camera: Camera,
    url: str,
    transport: str,
    fps: float,
    username: str = "",
    password: str = "",
    forget: bool = False,
) -> "Connection":
    """As `connection_test` for a changed address of a camera: what was left empty is what is stored, as when saving.

    Its picture is turned and painted as ever (CAM-4, CAM-5). Raises ValidationError as `credentials_kept` does.
    """
    current = Camera.objects.get(pk=camera.pk)
    typed = address_typed(current, url)
    kept = credentials_kept(camera=current, url=typed, username=username, password=password, forget=forget)
    known = {"username": current.username, "password": current.password} | kept
    zones = [[(x, y) for x, y in zone] for zone in current.privacy_zones]
    return _test(zones=zones, url=typed, transport=transport, fps=fps, rotation=current.rotation, **known)


def address_typed(camera: Camera, text: str) -> str:
    """The address that is meant: forms show it redacted, and what comes back like that is what is stored."""
    return camera.url if text.strip() == redact(camera.url) else text


def credentials_kept(
    *, camera: Camera, url: str, username: str = "", password: str = "", forget: bool = False
) -> dict[str, str]:
    """The changes of user name and password that `camera_update` needs: empty ones keep what is stored.

    forget: both are removed.    Raises ValidationError when stored ones would go to another host or port than the one
    they were entered for: that would be a way to read them.
    """
    if forget:
        return {"username": username, "password": password}
    address = address_clean(url)
    typed = {"username": username or address.username or "", "password": password or address.password or ""}
    kept = {name: value for name, value in typed.items() if value}
    if camera.password and "password" not in kept and _place(camera.url) != _place(address.url):
        message = _("The address leads to another place: enter the password again, or remove the one that is saved.")
        raise ValidationError({"password": [message]})
    return kept


@transaction.atomic
def device_create(*, site: Site, name: str, urls: Mapping[int, str], **facts: Any) -> list[Camera]:
    """One camera for each sensor of a device (CAM-10): `urls` by channel. All of them or none. Raises ValidationError.

    Their names begin alike, so lists keep them together.
    """
    return [
        camera_create(site=site, name=f"{name} · {channel}", url=url, **facts) for channel, url in sorted(urls.items())
    ]


def _test(*, zones: Sequence[Any] = (), **spec: Any) -> "Connection":
    # FFmpeg and OpenCV take 30 MB, which a web process spends only when somebody tests.
    from cameras.capture.source import SourceSpec

    return _tester().test(SourceSpec(**spec, media_root=settings.MEDIA_CLIPS, guard=guard_make()), zones=zones)


@lru_cache(maxsize=1)
def _tester() -> "ConnectionTester":
    """One for the process: it bounds how many tests run at once."""
    from cameras.onboarding.connection import ConnectionTester

    return ConnectionTester()


def _place(url: str) -> tuple[str, str | None, int | None]:
    """Where credentials go: an rtsp and an http address of one host are two places."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
