"""Starts, freezes and kills the RTSP server of `rtsp_server.py`, each in a process of its own."""

import json
import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("rtsp_server.py")
PACKAGES = (
    "apt-get install python3-gst-1.0 gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
)


class RtspServer:
    """One server process. `restart` comes back on the same port."""

    def __init__(self, *clips: Path, user: str = "", password: str = "", auth: str = "digest") -> None:
        self._command = [SYSTEM_PYTHON, str(SCRIPT), *map(str, clips)]
        if user:
            self._command += ["--user", user, "--password", password, "--auth", auth]
        self._port = 0
        self.urls: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of the first clip."""
        return self.urls[0]

    def start(self) -> None:
        """Returns when the server listens. Raises RuntimeError when it cannot."""
        process = subprocess.Popen([*self._command, "--port", str(self._port)], stdout=subprocess.PIPE)
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the RTSP server did not start (status {process.wait(10)}); needs: {PACKAGES}")
        told = json.loads(line)
        self._port, self.urls = told["port"], told["urls"]

    def kill(self) -> None:
        """As a power cut: no goodbye."""
        self._signal(signal.SIGKILL)
        self._end()

    def freeze(self) -> None:
        """Its connections stay open, nothing comes any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _end(self) -> None:
        assert self._process is not None
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
