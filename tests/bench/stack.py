"""The whole portal as `make run` starts it: how soon boxes are seen, what a killed camera worker costs (RUN-1, RUN-4).

The machine has its packages installed; the data folder is new, so the database and the demo are made within the time.
"""

import asyncio
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import redis

from portal.supervisor.keyvalue import free_port, url_of
from tests.bench.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "only for this measurement"
PID = re.compile(r"(camera worker[ \d]*): running \(pid (\d+)\)")
SETTLE_S = 40.0  # the demo's alarms come and go within a minute
NATURAL = ("", "count", "pause", "face gone")  # why alarms end without anybody's doing
NOT_HERE = (
    "REDIS_URL",
    "DATABASE_URL",
    "SECRET_KEY",
    "FIELD_KEY",
    "LOOKOUT_ALLOWED_NETWORKS",
    "DJANGO_SETTINGS_MODULE",
)


class Portal:
    """`make run` on a data folder of its own."""

    def __init__(self) -> None:
        self.data, self.port = Path(tempfile.mkdtemp(prefix="lookout-bench-")), free_port()
        self.address = f"http://localhost:{self.port}"
        env = {name: value for name, value in os.environ.items() if name not in NOT_HERE}
        env |= {"LOOKOUT_DATA": str(self.data), "PORT": str(self.port), "LOOKOUT_ADMIN_PASSWORD": PASSWORD}
        self.started_at = time.time()
        self._process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.append(line)

    def until_it_answers(self, limit_s: float) -> None:
        """Wait for the web process; RuntimeError with the portal's last words when it does not come."""
        while time.time() - self.started_at < limit_s and self._process.poll() is None:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError("the portal did not come up:\n" + "".join(self._lines[-20:]))

    def worker_pids(self) -> list[int]:
        """The camera workers that run now, by the last lines that name them."""
        return list({found[1]: int(found[2]) for line in self._lines if (found := PID.search(line))}.values())

    def epochs(self, cameras: list[int]) -> list[int]:
        """Who owns each camera, as a number that only grows."""
        with redis.Redis.from_url(url_of(self.data / "run" / "valkey.conf")) as client:
            found: Any = client.mget([f"epoch:{camera}" for camera in cameras])
        return [int(one or 0) for one in found]

    def stop(self) -> float:
        """As Ctrl-C does it; how many seconds it took."""
        begin = time.time()
        os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
        took = time.time() - begin
        shutil.rmtree(self.data, ignore_errors=True)
        return took


def main() -> None:
    portal = Portal()
    try:
        figures, details = _measure(portal)
    finally:
        stopped_s = portal.stop()
    sys.stdout.write(json.dumps({"figures": figures, "details": details | {"stopped_s": stopped_s}}) + "\n")


def _measure(portal: Portal) -> tuple[dict[str, float], dict[str, Any]]:
    portal.until_it_answers(60)
    answered_s = time.time() - portal.started_at
    visitor = Visitor(portal.address, "admin", PASSWORD)
    cameras = [camera["id"] for camera in visitor.get("cameras/")]
    first = asyncio.run(visitor.first_of(cameras, lambda seen: bool(seen["boxes"]), 60)) - portal.started_at
    asyncio.run(visitor.until(cameras, lambda seen: True, 60))  # noqa: ARG005
    time.sleep(SETTLE_S)
    before, epochs = visitor.get("alarms/"), portal.epochs(cameras)
    resumed = _kill_worker(portal, visitor, cameras)
    if not all(now > then for now, then in zip(portal.epochs(cameras), epochs, strict=True)):
        raise RuntimeError("a camera was analysed again, but by nobody new")
    time.sleep(5)
    figures = {
        "first_boxes_s": first,
        "worker_killed_resume_s": max(resumed),
        "alarms_lost_or_doubled": _wrong(before, visitor.get("alarms/")),
    }
    details = {"web_answers_s": answered_s, "resumed_s": resumed, "alarms_before": len(before), "cameras": len(cameras)}
    return figures, details


def _kill_worker(portal: Portal, visitor: Visitor, cameras: list[int]) -> list[float]:
    """Seconds from kill -9 of all camera workers to the first picture of each camera that was taken afterwards."""
    for pid in portal.worker_pids():
        os.kill(pid, signal.SIGKILL)
    killed_at = time.time()
    seen = asyncio.run(visitor.until(cameras, lambda picture: picture["at"] > killed_at + 0.2, 60))
    return [at - killed_at for at in seen]


def _wrong(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> int:
    """Alarms that are gone or ended because of us, and areas with two alarms at one time."""
    now = {alarm["id"]: alarm for alarm in after}
    was_open = [alarm["id"] for alarm in before if alarm["state"] == "active"]
    lost = [one for one in (alarm["id"] for alarm in before) if one not in now]
    ended = [one for one in was_open if one in now and now[one]["end_reason"] not in NATURAL]
    return len(lost) + len(ended) + _doubled(after)


def _doubled(alarms: list[dict[str, Any]]) -> int:
    areas: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for alarm in sorted(alarms, key=lambda alarm: alarm["started_at"]):
        areas.setdefault((alarm["camera"], alarm["area_number"]), []).append(alarm)
    pairs = [pair for list_ in areas.values() for pair in itertools.pairwise(list_)]
    return sum(1 for one, next_ in pairs if not one["ended_at"] or next_["started_at"] < one["ended_at"])


if __name__ == "__main__":
    main()
