"""What one embedded portal runs, and how (DESIGN 1): the children and their command lines."""

import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from portal.supervisor.child import ChildSpec
from portal.supervisor.crew import camera_worker_env
from portal.supervisor.keyvalue import KeyValueServer, answers

CAMERAS_PER_WORKER = 64  # threads are made when cameras come; the worker itself takes no more than it measured it can
DELIVERIES = 16  # destinations that are sent to at the same time
CELERY = (sys.executable, "-m", "celery", "-A", "portal.celery")
ROLES = ("web", "camera worker", "short tasks", "deliveries", "beat")
NOTHING: Mapping[str, str] = MappingProxyType({})
WORKER = (*CELERY, "worker", "--pool=threads", "--without-gossip", "--without-mingle", "--loglevel=INFO")


@dataclass(frozen=True, slots=True)
class Launch:
    """What `manage.py up` read from the settings. It travels to the supervisor as JSON, so it holds no secret.

    networks: every path where a network may lie.    no_network: what to say while none of them exists.
    camera_workers: how many processes look at pictures.    share_runs: on a GPU.
    """

    base: str
    data: str
    host: str
    port: int
    user: str = ""
    networks: tuple[str, ...] = ()
    no_network: str = ""
    camera_workers: int = 1
    share_runs: bool = False

    @property
    def address(self) -> str:
        """Where the browser finds the portal."""
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::1", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}"

    def path(self, *parts: str) -> Path:
        """A path in the data folder; its parent folder is there afterwards."""
        path = Path(self.data, *parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Launch":
        given = json.loads(text)
        return cls(**{**given, "networks": tuple(given["networks"])})


def plan(launch: Launch, environ: Mapping[str, str]) -> tuple[ChildSpec, ...]:
    """The children in the order of the screen. Without REDIS_URL in `environ`, a private key-value server is the first.

    Raises KeyValueError when a private server is needed and no program is found.
    """
    environ = {**environ, "LOOKOUT_DATA": launch.data, "PORT": str(launch.port), "PYTHONUNBUFFERED": "1"}
    environ["LOOKOUT_CAMERA_WORKERS"] = str(launch.camera_workers)
    if environ.get("REDIS_URL"):
        return _portal_children(launch, environ)
    server = KeyValueServer.prepare(launch.path("valkey"))
    keyvalue = ChildSpec(
        name="key-value",
        argv=server.argv(launch.path("run", "valkey.conf")),
        env=os.environ,
        cwd=Path(launch.base),
        log=launch.path("logs", "key-value.log"),
        ready=partial(answers, server.url),
        stop_s=3.0,
        stop_rank=3,
        first=True,
    )
    return (keyvalue, *_portal_children(launch, {**environ, "REDIS_URL": server.url}))


def _portal_children(launch: Launch, environ: Mapping[str, str]) -> tuple[ChildSpec, ...]:
    """Web, workers and beat. Camera workers stop first: their last alarms are still written, then sent.

    Deliveries have a process of their own: destinations that hang may take all its threads, and hold up nothing else.
    """

    def child(name: str, argv: tuple[str, ...] = (), own: Mapping[str, str] = NOTHING, **more: object) -> ChildSpec:
        log, argv = launch.path("logs", f"{name.replace(' ', '-')}.log"), argv or role_argv(name, launch)
        env = {**environ, **own}
        return ChildSpec(name=name, argv=argv, env=env, cwd=Path(launch.base), log=log, **more)  # type: ignore[arg-type] # the optional fields of ChildSpec

    ready = partial(accepts, launch.host, launch.port)
    return (
        child("web", ready=ready, stop_s=4.0, stop_rank=2),
        *(child(*worker, stop_s=6.0, stop_rank=0) for worker in _camera_workers(launch, environ)),
        child("short tasks", stop_rank=1),
        child("deliveries", stop_s=12.0, stop_rank=2, late=True),
        child("beat", stop_s=3.0, stop_rank=1, late=True),
    )


def _camera_workers(launch: Launch, environ: Mapping[str, str]) -> list[tuple[str, tuple[str, ...], dict[str, str]]]:
    """Name, command line and own environment of each; they are numbered when there are several."""
    marks = [""] if launch.camera_workers == 1 else [str(one + 1) for one in range(launch.camera_workers)]
    return [
        (
            f"camera worker {mark}".strip(),
            camera_worker_argv(f"watch{mark}", share_runs=launch.share_runs),
            camera_worker_env(environ) | worker_number(number),
        )
        for number, mark in enumerate(marks, start=1)
    ]


def worker_number(number: int) -> dict[str, str]:
    """What tells a camera worker which of its machine's it is, from 1 on (`crew.own_core`)."""
    return {"LOOKOUT_CAMERA_WORKER_NUMBER": str(number)}


def role_argv(role: str, launch: Launch) -> tuple[str, ...]:
    """The command line of one of ROLES: a child of `up`, or what `manage.py serve` turns into, keeping its id."""
    beat_file = str(launch.path("run", "beat"))
    return {
        "web": web_argv(launch.host, launch.port),
        "camera worker": camera_worker_argv(f"watch-{os.getpid()}", share_runs=launch.share_runs),
        "short tasks": worker_argv("tasks", ("default", "writer", "reconcile"), 7),
        "deliveries": worker_argv("deliveries", ("notify",), DELIVERIES),
        "beat": (*CELERY, "beat", "-s", beat_file, "--pidfile=", "--loglevel=INFO"),
    }[role]


def web_argv(host: str, port: int) -> tuple[str, ...]:
    """Uvicorn; open WebSockets are given two seconds to close. JPEG is compressed already: deflating it only costs."""
    return (
        *(sys.executable, "-m", "uvicorn", "--factory", "portal.serving:application"),
        *("--host", host, "--port", str(port)),
        *(
            "--timeout-graceful-shutdown",
            "2",
            "--no-proxy-headers",  # LOOKOUT_TRUSTED_PROXIES says whose X-Forwarded-For counts
            "--no-access-log",
            "--log-level",
            "warning",
            "--lifespan",
            "off",
            "--ws-per-message-deflate",
            "false",
        ),
    )


def camera_worker_argv(name: str, *, share_runs: bool) -> tuple[str, ...]:
    """One that takes cameras. name: no other worker's of this host.    share_runs: it has a GPU, and is asked first."""
    return worker_argv(name, ("watch", "watch.gpu") if share_runs else ("watch",), CAMERAS_PER_WORKER)


def worker_argv(name: str, queues: tuple[str, ...], concurrency: int) -> tuple[str, ...]:
    """A Celery worker with a pool of threads."""
    return (*WORKER, "-Q", ",".join(queues), "-n", f"{name}@%h", "--concurrency", str(concurrency))


def accepts(host: str, port: int) -> bool:
    """True when something takes TCP connections there."""
    try:
        socket.create_connection((_reachable(host), port), timeout=0.5).close()
    except OSError:
        return False
    return True


def port_problem(host: str, port: int) -> str:
    """Why the web server could not listen there, or nothing."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return ""
    except OSError as exc:
        why = os.strerror(exc.errno or 0)
        return f"Port {port} on {host} cannot be used: {why}. Choose another one, for example PORT={port + 1}."


def _reachable(host: str) -> str:
    """Where a server that listens on `host` can be called from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
