"""The whole portal as `manage.py up` runs it, on a data folder and a port of its own, with one site of two cameras."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "only for these tests"
LIMIT_S = 90.0  # only ends a hang
NOT_HERE = ("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "FIELD_KEY", "DJANGO_SETTINGS_MODULE", "ALLOWED_HOSTS")

# One person for 17 s, nobody for 6 s, another person: the alarm comes and goes within a loop of 40 s.
TABLE = {"areas": [{"number": 1, "name": "Table", "count_threshold": 1, "time_s": 2}], "pause_reset_s": 1}
MAKE = """
from cameras.models import Membership, Role
from cameras.services.camera import camera_create
from cameras.services.site import site_create
from portal.accounts.models import User
site = site_create(name="Campus", time_zone="Asia/Tokyo")
camera_create(site=site, name="Meeting table", url="clip:people-one-by-one.mp4", fps=5, settings={settings})
camera_create(site=site, name="Ramp", url="scene:?seed=1&people=4&fps=5", fps=2, settings={{}})
for name in ("operator", "colleague"):
    user = User.objects.create_user(name, password="{password}")
    Membership.objects.create(site=site, user=user, role=Role.OPERATOR)
User.objects.create_superuser("administrator", password="{password}")
"""


class Stack:
    """Started by `with`; ended with everything it started."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.address = f"http://localhost:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name not in NOT_HERE}
        one = {"LOOKOUT_CAMERA_WORKERS": "1"}  # starts sooner; tests/portal/supervisor starts as many as there are
        self._env = kept | one | {"LOOKOUT_DATA": str(data), "PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Stack":
        self._fill()
        with (self.data / "up.log").open("wb") as log:
            argv = [sys.executable, "manage.py", "up"]
            self._process = subprocess.Popen(argv, cwd=ROOT, env=self._env, stdout=log, stderr=log)
        self.until_it_answers()
        return self

    def _fill(self) -> None:
        """The data folder as it is before the first start, made once for all portals of this test process."""
        made = self.data.with_name("portal-before-its-first-start")
        if not made.exists():
            self.manage("prepare")
            self.manage("shell", "-c", MAKE.format(settings=json.dumps(TABLE), password=PASSWORD))
            shutil.copytree(self.data, made)
        shutil.copytree(made, self.data, dirs_exist_ok=True)

    def __exit__(self, *_exc: object) -> None:
        assert self._process
        self._process.terminate()
        self._process.wait(LIMIT_S)

    def pid(self, name: str) -> int:
        """The process of a child that runs now, by the last line that names it."""
        said = re.findall(rf"{name}: running \(pid (\d+)\)", (self.data / "up.log").read_text())
        return int(said[-1])

    def log(self) -> str:
        """The end of every process's log, for a test that failed."""
        logs = [self.data / "up.log", *sorted((self.data / "logs").glob("*.log"))]
        return "\n".join(f"== {log.name}\n" + "\n".join(log.read_text().splitlines()[-15:]) for log in logs)

    def manage(self, *arguments: str) -> None:
        """`manage.py` beside the running portal, as its administrator would call it."""
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self._env, check=True, timeout=LIMIT_S)

    def until_it_answers(self, but: int = 0) -> None:
        """but: the web process that was, when another one is waited for."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.address}/healthz", timeout=1).raise_for_status()
                if self.pid("web") != but:
                    return
            except (httpx.HTTPError, IndexError):  # not up, or not said to be
                pass
            time.sleep(0.1)
        raise TimeoutError(f"the portal did not come up:\n{self.log()}")
