"""The work of a search, in a Celery worker: asks the network, or reads the devices that were chosen (CAM-3)."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from time import monotonic

import structlog

from cameras.onboarding.discovery import Search
from cameras.onboarding.onvif.client import OnvifClient
from cameras.onboarding.onvif.device import Device, Found
from cameras.onboarding.onvif.envelope import Credentials
from cameras.onboarding.onvif.errors import DeviceError, DeviceReason
from cameras.onboarding.onvif.interfaces import interfaces
from cameras.onboarding.onvif.streams import device_read
from cameras.onboarding.onvif.udp import LISTEN_S
from cameras.onboarding.scan import Candidate, Phase, Scan, State, Trouble
from cameras.services.discovery import (
    access_of,
    range_clean,
    scan_claim,
    scan_load,
    scan_save,
    scan_stopping,
)
from portal.common.guard import guard_make

log = structlog.get_logger(__name__)

SAY_EVERY_S = 0.4
READERS = 8  # devices read at once


def scan_run(*, scan_id: str, turn: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do what the search waits for, once. stopping: the worker is being stopped. Raises RedisError."""
    scan = scan_load(scan_id)
    if scan is None or scan.turn != turn or not scan.running or not scan_claim(scan):
        return
    desk = _Desk(scan, stopping)
    try:
        _search(desk) if scan.phase is Phase.SEARCHING else _read(desk)
    except OSError as exc:
        log.warning("a search could not ask the network", error=str(exc))
        desk.trouble = Trouble.NETWORK
    finally:
        desk.end()


class _Desk:
    """The search as it is being worked on; what others see is at most SAY_EVERY_S old."""

    def __init__(self, scan: Scan, stopping: Callable[[], bool]) -> None:
        self.scan, self.trouble = scan, Trouble.NONE
        self._stopping, self._said_s, self._stopped = stopping, 0.0, False

    def found(self, device: Found) -> None:
        self.scan = self.scan.with_candidate(Candidate(device))

    def progress(self, done: int, of: int) -> None:
        self.scan = replace(self.scan, done=done, of=of)
        self.say()

    def say(self) -> None:
        """Also tells that somebody is at work."""
        if monotonic() - self._said_s >= SAY_EVERY_S:
            self._stopped = self._stopped or self._stopping() or scan_stopping(self.scan)
            scan_save(self.scan)
            self._said_s = monotonic()

    def stopped(self) -> bool:
        self.say()
        if self._stopped:
            self.trouble = Trouble.STOPPED
        return self._stopped

    def end(self) -> None:
        waiting = [one for one in self.scan.candidates if one.state is State.WAITING]
        for one in waiting:
            self.scan = self.scan.with_candidate(replace(one, state=State.FOUND))
        scan_save(replace(self.scan, phase=Phase.READY, trouble=self.trouble))


def _search(desk: _Desk) -> None:
    guard = guard_make()
    search = Search(guard, desk.found, desk.progress, desk.stopped, listen_s=LISTEN_S)
    if desk.scan.addresses:
        search.range(range_clean(desk.scan.addresses))
        return
    wanted = desk.scan.interface
    if own := [one.address for one in interfaces(guard) if wanted in ("", one.name)]:
        search.network(own)
    else:
        desk.trouble = Trouble.NO_INTERFACE  # the worker runs on another machine than the page that offered it


def _read(desk: _Desk) -> None:
    chosen = [one for one in desk.scan.candidates if one.state is State.WAITING]
    with ThreadPoolExecutor(READERS, thread_name_prefix="read devices") as pool:
        left: dict[Future[Candidate], Candidate] = {pool.submit(_read_one, one, desk): one for one in chosen}
        while left:
            for done in wait(left, timeout=SAY_EVERY_S, return_when=FIRST_COMPLETED).done:
                del left[done]
                desk.scan = desk.scan.with_candidate(done.result())
                desk.scan = replace(desk.scan, done=desk.scan.done + 1)
            desk.stopped()


def _read_one(candidate: Candidate, desk: _Desk) -> Candidate:
    """In a thread of its own, that says nothing by itself."""
    try:
        device = _device(candidate, desk)
    except DeviceError as exc:
        if desk.trouble:
            return replace(candidate, state=State.FOUND)
        return replace(candidate, state=State.FAILED, reason=exc.reason, detail=str(exc))
    except Exception:  # outermost call of a thread: a device's surprise is logged, and is an answer like others
        log.exception("reading a device failed unexpectedly", host=candidate.host)
        return replace(candidate, state=State.FAILED, reason=DeviceReason.FAILED)
    return replace(candidate, state=State.READ, device=device)


def _device(candidate: Candidate, desk: _Desk) -> Device:
    credentials = Credentials(**access_of(candidate))
    guard, place = guard_make(), candidate.found.place
    with OnvifClient(place, guard=guard, credentials=credentials, stopped=lambda: bool(desk.trouble)) as client:
        return device_read(client)
