"""A sign-in server in a process of its own, with browsers in which somebody is signed in there."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import httpx
from django.conf import settings

from tests.servers.open_id_provider import CLIENT_ID, CLIENT_SECRET
from tests.servers.ports import free_port

LIMIT_S = 60.0  # only ends a hang


class OpenIdProvider:
    """Listens while it is open. callback: the one address that it sends people back to."""

    client_id, client_secret = CLIENT_ID, CLIENT_SECRET

    def __init__(self, callback: str) -> None:
        self._port, self._callback = free_port(), callback
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix="open-id-")
        database = str(Path(self._folder.name) / "open_id.sqlite3")
        module = [sys.executable, "-m", "tests.servers.open_id_provider"]
        command = [*module, str(self._port), self._callback, database]
        self._process = subprocess.Popen(command, cwd=Path(settings.BASE_DIR), stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError("the sign-in server did not start")
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(LIMIT_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()

    def send_back(self, who: str, there: str) -> str:
        """The address to which a browser is sent back in which `who` is signed in here: ada+guards, name and groups."""
        with httpx.Client(timeout=LIMIT_S) as browser:
            browser.get(f"{self.url}/enter/{who}/").raise_for_status()
            return browser.get(there).headers["Location"]

    def bend(self, **claims: str) -> None:
        """What its userinfo address says from now on, in place of the truth; without claims the truth again."""
        httpx.get(f"{self.url}/bend/", params=claims, timeout=LIMIT_S).raise_for_status()
