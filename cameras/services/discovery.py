"""Searching for cameras: ordered, looked at, stopped, their streams read, and added (CAM-3, CAM-10).

A search belongs to who ordered it, and is kept for an hour in the key-value server: it is no fact about the portal. The
work is Celery's (`discovery_run.py`): it lasts for seconds, and it is the worker's network that is searched.
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from cameras.models import Camera, Site
from cameras.onboarding.onvif.interfaces import Interface, interfaces
from cameras.onboarding.onvif.ranges import RangeError, addresses
from cameras.onboarding.onvif.wsdiscovery import PORT
from cameras.onboarding.scan import Candidate, Phase, Scan, State, Trouble
from cameras.selectors import Visitor, camera_list
from cameras.services.camera import camera_create
from cameras.services.mac import mac_free
from cameras.services.onboarding import device_create
from portal.common.errors import ConflictError
from portal.common.fields import decrypt, encrypt
from portal.common.guard import guard_make

KEEP_S = 3600
WAIT_S = 30  # for a worker; then the search counts as broken off, and must not begin behind everybody's back
TURN_S = 300  # longer than any turn takes
MOST_READ = 64  # devices in one turn


class SearchBusyError(ConflictError):
    """Somebody's search is still running: one at a time. facts: its id."""

    code = "busy"


class SearchAwayError(ConflictError):
    """The key-value server is away: nothing can be ordered now."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be added of one device. streams: place of the chosen stream, by channel."""

    host: str
    name: str
    streams: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a choice: cameras, or the reason why nothing of it was added."""

    host: str
    name: str
    cameras: tuple[Camera, ...] = ()
    reason: str = ""


def networks() -> list[Interface]:
    """The networks of this machine on which a search can ask everybody."""
    return interfaces(guard_make())


def scan_start(*, user: Visitor, interface: str = "", addresses: str = "") -> Scan:
    """Order a search: of a range where `addresses` says one, else of a network (its interface's name; "": of all).

    Raises ValidationError, SearchBusyError, SearchAwayError.
    """
    if addresses.strip():
        range_clean(addresses)
        interface = ""
    elif interface and interface not in {one.name for one in networks()}:
        raise ValidationError({"interface": [_("There is no network “%(name)s” here.") % {"name": interface[:40]}]})
    scan = Scan(str(uuid.uuid4()), int(user.pk or 0), interface, addresses.strip()[:400])
    with _server():
        if (running := _scan_of(user)) and running.running:
            raise SearchBusyError(_("A search of yours is still running; stop it first."), search=running.id)
        cache.set(_owner_key(user), scan.id, KEEP_S)
        _order(scan)
    return scan


def range_clean(text: str) -> list[str]:
    """The addresses of a range. Raises ValidationError."""
    try:
        return [str(one) for one in addresses(text, guard=guard_make(), port=PORT)]
    except RangeError as exc:
        raise ValidationError({"addresses": [exc.translated(_)]}) from exc


def scan_get(*, user: Visitor, scan_id: str) -> Scan:
    """Raises Http404 for a search of somebody else, and for one that is too old; SearchAwayError."""
    with _server():
        scan = scan_load(scan_id)
    if scan is None or scan.user_id != user.pk:
        raise Http404(_("There is no such search; they are kept for an hour."))
    return scan.seen_at(time.time())


def scan_latest(*, user: Visitor) -> Scan | None:
    """The last search of `user`, None where there is none any more. Raises SearchAwayError."""
    with _server():
        return _scan_of(user)


def scan_stop(*, user: Visitor, scan_id: str) -> None:
    """It ends within seconds, and keeps what it has. Raises Http404, SearchAwayError."""
    scan = scan_get(user=user, scan_id=scan_id)
    with _server():
        cache.set(_stop_key(scan), True, TURN_S)


def scan_read(*, user: Visitor, scan_id: str, hosts: Sequence[str], username: str = "", password: str = "") -> Scan:
    """Have the streams of the devices at `hosts` read with this user name and password.

    Raises ValidationError, Http404, SearchBusyError, SearchAwayError.
    """
    scan = scan_get(user=user, scan_id=scan_id)
    if scan.running:
        raise SearchBusyError(_("This search is still running; stop it first."), search=scan.id)
    chosen = [one for one in scan.candidates if one.host in set(hosts)]
    if not chosen or len(chosen) > MOST_READ:
        message = _("Choose 1 to %(most)s of the devices that were found.") % {"most": MOST_READ}
        raise ValidationError({"devices": [message]})
    access = encrypt(json.dumps({"username": username, "password": password}))
    for one in chosen:
        scan = scan.with_candidate(Candidate(one.found, State.WAITING, access=access))
    scan = replace(scan, phase=Phase.READING, turn=scan.turn + 1, done=0, of=len(chosen), trouble=Trouble.NONE)
    with _server():
        _order(scan)
    return scan


def scan_add(*, user: Visitor, scan_id: str, site: Site, choices: Sequence[Choice]) -> list[Added]:
    """Cameras of the site from what was read, with the user name and password it was read with.

    Each device as a whole or not at all. Raises Http404, SearchAwayError.
    """
    scan = scan_get(user=user, scan_id=scan_id)
    return [_added(site, scan.candidate(choice.host), choice) for choice in choices]


def cameras_known(*, user: Visitor) -> dict[str, list[tuple[int, str, str]]]:
    """Cameras that `user` sees, by their host: id, name, address."""
    known: dict[str, list[tuple[int, str, str]]] = {}
    for pk, name, url in camera_list(user=user).order_by("name").values_list("pk", "name", "url"):
        if host := urlsplit(url).hostname:
            known.setdefault(host, []).append((pk, name, url))
    return known


def scan_load(scan_id: str) -> Scan | None:
    """Any search, for who works on it. Raises RedisError."""
    text = cache.get(f"discovery:{scan_id}")
    return Scan.from_json(text) if text else None


def scan_save(scan: Scan) -> None:
    """Raises RedisError."""
    cache.set(f"discovery:{scan.id}", replace(scan, changed_at=time.time()).to_json(), KEEP_S)


def scan_claim(scan: Scan) -> bool:
    """True for the first who asks for this turn of the search. Raises RedisError."""
    return bool(cache.add(f"discovery:{scan.id}:{scan.turn}", True, KEEP_S))


def scan_stopping(scan: Scan) -> bool:
    """Whether somebody pressed Stop. Raises RedisError."""
    return bool(cache.get(_stop_key(scan)))


def access_of(candidate: Candidate) -> dict[str, str]:
    """User name and password of a device; empty ones after a change of keys."""
    try:
        found: dict[str, str] = json.loads(decrypt(candidate.access)) if candidate.access else {}
    except InvalidToken:
        found = {}
    return {"username": "", "password": ""} | found


def _added(site: Site, candidate: Candidate | None, choice: Choice) -> Added:
    try:
        return Added(choice.host, choice.name, tuple(_cameras(site, candidate, choice)))
    except ValidationError as exc:
        return Added(choice.host, choice.name, reason=" ".join(exc.messages))


def _cameras(site: Site, candidate: Candidate | None, choice: Choice) -> list[Camera]:
    """Raises ValidationError."""
    sensors = candidate.device.sensors if candidate else ()
    offered = {sensor.channel: sensor.streams for sensor in sensors}
    if candidate is None or not choice.streams or not _fits(choice.streams, offered):
        raise ValidationError(_("Read the streams of this device first, then choose among them."))
    urls = {channel: offered[channel][place].url for channel, place in choice.streams.items()}
    access: dict[str, Any] = {**access_of(candidate), "mac": mac_free(candidate.device.mac)}
    if len(sensors) == 1:
        return [camera_create(site=site, name=choice.name, url=next(iter(urls.values())), **access)]
    return device_create(site=site, name=choice.name, urls=urls, **access)


def _fits(streams: Mapping[int, int], offered: Mapping[int, Sequence[Any]]) -> bool:
    return all(0 <= place < len(offered.get(channel, ())) for channel, place in streams.items())


def _order(scan: Scan) -> None:
    """By name: the task imports the services, not the other way round."""
    cache.delete(_stop_key(scan))
    scan_save(scan)
    current_app.send_task("cameras.tasks.discover", args=[scan.id, scan.turn], expires=WAIT_S)


def _scan_of(user: Visitor) -> Scan | None:
    scan_id = cache.get(_owner_key(user))
    scan = scan_load(scan_id) if scan_id else None
    return scan.seen_at(time.time()) if scan else None


def _owner_key(user: Visitor) -> str:
    return f"discovery:user:{user.pk}"


def _stop_key(scan: Scan) -> str:
    return f"discovery:{scan.id}:stop"


@contextmanager
def _server() -> Iterator[None]:
    try:
        yield
    except (RedisError, OperationalError) as exc:
        raise SearchAwayError(_("The key-value server is away: no search can be ordered or shown now.")) from exc
