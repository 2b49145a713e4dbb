"""Cameras that fall silent, freeze, send garbage, floods or another size, and are switched off; over HTTP and RTSP.

Three simulated cameras in the same worker may notice nothing of it. About three minutes.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from analytics.live import CameraState, camera_states
from analytics.models import Alarm
from cameras.models import Camera
from tests.analytics.workers.cluster import Cluster, Process, wait_for
from tests.factories import CameraFactory, SiteFactory
from tests.servers.rtsp import RtspServer
from tests.soak.sick_camera import BARS, SickCamera, bars_clip

Act = Callable[[], object]
STATUS_S, STILL_S, BACK_S = 5.0, 15.0, 20.0
"""SPEC 15; a picture that never changes is called frozen after ten seconds; the next try may be some seconds away."""
HOLD_S, CALM_S = 8.0, 3.0
FPS, LEAST_FPS = 5.0, 4.0
MOST_MB = 200
ALARMING = {"number": 1, "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "time_s": 1.0}
ALARMING |= {"name": "Lobby", "count_threshold": BARS}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one camera does, and how it ends. limit_s: until the portal says so.

    status: what it is to say, "" where the camera goes on and keeps its alarm.
    """

    name: str
    camera: Camera
    strike: Act
    mend: Act
    status: str
    limit_s: float = STATUS_S


@dataclass(frozen=True, slots=True)
class Found:
    """told_s, back_s: seconds until the status said so, and until all was well again.    fps: least of the others.

    mb: what the worker's memory grew to, beyond what it was in the beginning.
    """

    trouble: str
    told_s: float
    back_s: float
    fps: float
    mb: float


class Sickroom(ExitStack):
    """One worker with cameras that are well, and two that are not."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.http = self.enter_context(SickCamera())
        self.rtsp = self.enter_context(RtspServer(bars_clip(folder / "bars.mp4")))
        site = SiteFactory(name="Soak", time_zone="UTC")
        urls = [f"fake:{BARS}?fps=5"] * 3 + [self.http.url("/mjpeg"), self.rtsp.url]
        made = [CameraFactory(site=site, url=url, occupancy={"areas": [ALARMING]}) for url in urls]
        *self.well, self.over_http, self.over_rtsp = made
        self.cluster = Cluster(folder, {})
        self.callback(self.cluster.stop)
        self.worker = self.cluster.camera_worker("left")
        self.cluster.short_tasks()
        self.cluster.beat()

    def troubles(self) -> list[Trouble]:
        """In the order in which they are to come."""
        http, rtsp, sick, other = self.http, self.rtsp, self.over_http, self.over_rtsp
        return [
            Trouble("HTTP: silent", sick, http.fall_silent, http.recover, "stalled"),
            Trouble("HTTP: the same picture for ever", sick, http.repeat, http.recover, "stalled", STILL_S),
            Trouble("HTTP: garbage", sick, http.babble, http.recover, "offline"),
            Trouble("HTTP: another resolution", sick, http.grow, http.recover, ""),
            Trouble("HTTP: a flood of 4K pictures", sick, http.flood, http.recover, ""),
            Trouble("RTSP: frozen", other, rtsp.freeze, rtsp.thaw, "stalled"),
            Trouble("RTSP: switched off and on", other, rtsp.kill, rtsp.start, "offline"),
        ]

    def suffer(self, trouble: Trouble, begin_mb: float) -> Found:
        """Strike, wait for the status, let it last, mend, wait until all is well."""
        begin, alarm = time.time(), _open_alarm(trouble.camera)
        lows = [FPS]
        trouble.strike()
        wait_for(f"the status of: {trouble.name}", lambda: self._look(lows) and self._told(trouble), 60)
        told_s = time.time() - begin
        wait_for("its time", lambda: self._look(lows) and time.time() > begin + HOLD_S, 60)
        mb = memory_mb(self.worker) - begin_mb
        trouble.mend()
        mended = time.time()
        wait_for(f"the end of: {trouble.name}", lambda: self._look(lows) and self._is_well(trouble.camera, mended), 90)
        found = Found(trouble.name, told_s, time.time() - mended, min(lows), mb)
        if not trouble.status and _open_alarm(trouble.camera) != alarm:
            raise AssertionError(f"{trouble.name}: the alarm did not go on")
        wait_for("calm", lambda: time.time() > mended + found.back_s + CALM_S, 60)
        return found

    def _told(self, trouble: Trouble) -> bool:
        state = self._state(trouble.camera)
        if trouble.status:
            return state["status"] == trouble.status
        return state["status"] == "online" and (state["size"] or [0])[0] > 320 and state["count"] == BARS

    def _is_well(self, camera: Camera, since: float) -> bool:
        """Online with the usual picture, counted, and in alarm."""
        state = self._state(camera)
        seen = state["status"] == "online" and (state["last_frame_at"] or 0) > since and state["size"] == [320, 180]
        return seen and state["count"] == BARS and _open_alarm(camera) is not None

    def _look(self, lows: list[float]) -> bool:
        lows += [state["fps"] for state in camera_states([one.pk for one in self.well]).values()]
        return True

    def _state(self, camera: Camera) -> CameraState:
        return camera_states([camera.pk])[camera.pk]


def part(_outset: None, folder: Path) -> list[str]:
    """What did not hold."""
    with Sickroom(folder) as room:
        cameras = [*room.well, room.over_http, room.over_rtsp]
        wait_for("an alarm of each", lambda: all(_open_alarm(camera) for camera in cameras))
        wait_for("their full rate", lambda: all(one["fps"] > LEAST_FPS for one in _states(cameras)))
        begin_mb = memory_mb(room.worker)
        found = [room.suffer(trouble, begin_mb) for trouble in room.troubles()]
        return _report(room, found)


def memory_mb(process: Process) -> float:
    """What it has in memory now."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def _open_alarm(camera: Camera) -> Alarm | None:
    return Alarm.objects.filter(camera=camera, ended_at=None).first()


def _states(cameras: list[Camera]) -> list[CameraState]:
    return list(camera_states([camera.pk for camera in cameras]).values())


def _report(room: Sickroom, rows: list[Found]) -> list[str]:
    """Print the table; returns what did not hold."""
    wrong: list[str] = []
    names = ("status s", "back s", "others fps", "more MB")
    print(f"\n{'trouble':40}" + "".join(f"{name:>12}" for name in names))
    for row, trouble in zip(rows, room.troubles(), strict=True):
        figures = (row.told_s, row.back_s, row.fps, row.mb)
        print(f"{row.trouble:40}" + "".join(f"{one:>12.1f}" for one in figures))
        limits = (trouble.limit_s, BACK_S, -LEAST_FPS, MOST_MB)
        for name, figure, most in zip(names, figures, limits, strict=True):
            if (figure > most) if most > 0 else (figure < -most):
                wrong.append(f"{row.trouble}: {name} {figure:.1f}, {abs(most):g} expected")
    for camera in room.well:
        ends = list(Alarm.objects.filter(camera=camera).values_list("end_reason", flat=True))
        wrong += [] if ends == [""] else [f"{camera.name}: alarms ended {ends}, one that goes on expected"]
    reasons = set(Alarm.objects.exclude(ended_at=None).values_list("end_reason", flat=True))
    return wrong + ([] if reasons == {"camera lost"} else [f"alarms ended by {reasons}"])
