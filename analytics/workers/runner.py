"""The cameras of one worker process: courier, networks, plan desk, and a loop for each camera (DESIGN 1, 2)."""

import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import cv2
import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from analytics.engine.inference.errors import InferenceError
from analytics.engine.inference.pool import InferencePool
from analytics.workers import state
from analytics.workers.ability import Ability
from analytics.workers.clipmaker import ClipMaker
from analytics.workers.courier import Courier
from analytics.workers.detectors import DetectorShelf, Opener, open_chosen
from analytics.workers.draining import DRAIN
from analytics.workers.end import End
from analytics.workers.heartbeat import WATCH, Beat, Heartbeat, worker_id
from analytics.workers.keyvalue import client, key
from analytics.workers.lease import Lease
from analytics.workers.link import CameraLink
from analytics.workers.loop import CameraLoop
from analytics.workers.machine import machine
from analytics.workers.pictures import JpegEncoder
from analytics.workers.plan import CameraPlan, NotWantedError, plan_load
from analytics.workers.plandesk import PlanDesk
from analytics.workers.queueing import camera_queue
from analytics.workers.reconcile import QUEUED_MS
from analytics.workers.scheduling import keep_to, take_long_turns
from analytics.workers.succession import Succession
from analytics.workers.tools import Reader, Tools
from cameras.capture.source import FrameSource, SourceSpec
from cameras.capture.sources import source_open
from cameras.extensions.occupancy import SettingsError

log = structlog.get_logger(__name__)

MOST_HOPS = 3  # how often the worker that handed a camera over passes its task on, hoping for another
LOOK_FOR_NETWORKS_S = 10.0


@dataclass(frozen=True, slots=True)
class Openers:
    """How a camera's source and a network come about."""

    source: Callable[[SourceSpec], FrameSource]
    detector: Opener


class CameraRunner:
    """Runs cameras until `stopping` is set. Any thread may call `run`."""

    opens: ClassVar[Openers] = Openers(source_open, open_chosen)  # the one seam where tests put cameras of their own
    tools: ClassVar[type[Tools]] = Tools
    queue: ClassVar[str] = WATCH

    def __init__(self, stopping: threading.Event) -> None:
        take_long_turns()
        keep_to(settings.OWN_CORE)
        self.worker = worker_id()
        self._stopping, self._slots, self._started_at = stopping, 0, time.time()
        self._server, self._courier = client(), Courier(client(retries=0))
        self._jpegs, self._clips, self._desk = JpegEncoder(), ClipMaker(), PlanDesk()
        self._shelf = DetectorShelf(
            settings.NETWORK_FOLDERS, InferencePool(settings.INFERENCE_THREADS), self.opens.detector
        )
        carried = self._shelf, self._desk, self._jpegs, self._clips
        self._tools = self.tools(self.opens.source, *carried, self._give_up, stopping)
        self._ability, self._lock = Ability(os.cpu_count() or 1), threading.Lock()
        self._loops: dict[int, CameraLoop] = {}
        self._missing: tuple[str, ...] = ()
        self._missing_until = 0.0
        self._draining = self._device = False
        self._accept: Callable[[bool], None] = _nothing
        cv2.setNumThreads(1)  # cameras share the cores already; OpenCV's own threads would fight with them
        self._courier.start()
        self._desk.start()

    def start(self, slots: int, accept: Callable[[bool], None], *, device: bool = False) -> None:
        """Say that cameras are welcome, and load the best network before the first one comes.

        accept: takes tasks from the queue, or none any more; it is called on another thread.    device: see `Beat`.
        """
        self._slots, self._accept, self._device = slots, accept, device
        heart = Heartbeat(self.beat, self._hear)
        try:
            heart.write(self._server)
        except RedisError as error:
            log.warning("key-value server away at the start of the worker", error=str(error))
        self._courier.board(heart)
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def run(self, camera_id: int, *, avoid: str = "", hops: int = 0) -> None:
        """Own the camera until asked to hand it over; nothing happens when somebody else does.

        avoid: the worker that has it and shall hand it over, or has just done so; when it is this one, the task goes
        back for another to take, as it does while this worker is drained.
        """
        if self._stopping.is_set():
            return
        try:
            if (self._draining or avoid == self.worker) and hops < MOST_HOPS:
                camera_queue(camera_id, queue=self.queue, avoid=avoid or self.worker, hops=hops + 1)
            elif not self._draining:
                self._own(camera_id, "" if avoid == self.worker else avoid)
        except NotWantedError as gone:
            log.info("camera not wanted", camera=camera_id, reason=str(gone.reason))
        except SettingsError as error:
            log.error("camera not started: its stored settings are not valid", camera=camera_id, error=str(error))
        except (RedisError, OperationalError, Error) as error:
            log.warning("camera: a server is away", camera=camera_id, error=str(error))

    def close(self) -> None:
        """End the threads, when no camera runs any more."""
        self._stopping.set()
        self._courier.stop()
        self._desk.stop()
        self._clips.close()
        self._shelf.close()

    def _own(self, camera_id: int, before: str) -> None:
        """Run it, if nobody else has it or who has it is to hand it over. before: the worker that may still have it."""
        plan = self._plan(camera_id)
        succession = Succession(plan, before, self._tools, self._server)
        lease = self._lease(plan, succession.take if before else None)
        if lease is None:
            return
        try:
            with self._running(plan, lease, succession.reader) as loop:
                end = loop.run()
        finally:
            succession.close()
        self._pass_on(camera_id, end)

    def _lease(self, plan: CameraPlan, succeed: Callable[[Lease], bool] | None = None) -> Lease | None:
        """Of the camera, with what led to it wiped off. succeed: takes it from an owner who is to hand it over."""
        lease = Lease(plan.camera_id)
        if not lease.take(self._server, floor=plan.epoch) and not (succeed and succeed(lease)):
            return None
        self._server.delete(key("queued", plan.camera_id), key("moving", plan.camera_id))
        self._server.hdel(key("ctl", plan.camera_id), "yield")
        return lease

    def _pass_on(self, camera_id: int, end: End) -> None:
        """Call for the next owner, unless one waits already."""
        if end is End.HANDED_OVER and self._server.set(key("queued", camera_id), 1, nx=True, px=QUEUED_MS):
            camera_queue(camera_id, queue=self.queue, avoid=self.worker)

    def _plan(self, camera_id: int) -> CameraPlan:
        """A connection is not kept for the hours that a camera runs."""
        close_old_connections()
        try:
            return plan_load(camera_id)
        finally:
            connection.close()

    @contextmanager
    def _running(self, plan: CameraPlan, lease: Lease, reader: Reader | None = None) -> Iterator[CameraLoop]:
        """Its loop, known to courier and heartbeat; the lease is given back at the end. reader: one that is open."""
        link = CameraLink(plan.camera_id, lease, self._courier.wake, worker=self.worker)
        self._courier.board(link)
        try:
            saved = state.load(self._server, plan.camera_id)
            loop = CameraLoop(plan, link, saved, self._tools, reader=reader)
            with self._lock:
                self._loops[plan.camera_id] = loop
            yield loop
        finally:
            with self._lock:
                self._loops.pop(plan.camera_id, None)
            self._courier.leave(link)
            lease.release(self._server)

    def _warm_up(self) -> None:
        try:
            self._shelf.get(None)
        except InferenceError as error:
            log.warning("no network", error=str(error))
        # What the start has made stays: walked again with every full collection, it holds all cameras for 0.2 s.
        gc.freeze()

    def _give_up(self) -> None:
        """Inference failed for good: a fresh process may do better, and the supervisor starts one."""
        log.error("inference gave up: this worker hands its cameras over and ends")
        self._stopping.set()
        os.kill(os.getpid(), signal.SIGTERM)

    def _hear(self, word: bytes) -> None:
        """Of who drains this worker, or has thought better of it; on the courier's thread."""
        draining = word == DRAIN
        if draining is not self._draining:
            self._draining = draining
            self._accept(not draining)
            log.info("drained: takes no camera" if draining else "takes cameras again", worker=self.worker)

    # --- Heartbeat ----------------------------------------------------------------------------------------------------
    def beat(self) -> Beat:
        """What this process says of itself now."""
        with self._lock:
            loops = dict(self._loops)
        figures = [loop.figures() for loop in loops.values()]
        busy = [one.ms for one in figures if one.ms]
        return Beat(
            worker=self.worker,
            host=socket.gethostname(),
            machine=machine(),
            pid=os.getpid(),
            started_at=self._started_at,
            at=time.time(),
            slots=self._slots,
            capacity=round(self._looks_per_s(), 1),
            load=round(sum(one.wanted_fps * one.looks for one in figures), 1),
            fps=round(sum(one.fps for one in figures), 1),
            ms=round(sum(busy) / len(busy), 2) if busy else 0.0,
            cameras=tuple(loops),
            short=tuple(camera_id for camera_id, one in zip(loops, figures, strict=True) if one.short),
            networks=tuple(self._shelf.networks),
            running=self._shelf.running,
            missing=self._missing_networks(),
            jpegs=self._jpegs.count,
            inferences=self._shelf.inferences,
            inference_s=round(self._shelf.inference_s, 3),
            draining=self._draining,
            queue=self.queue,
            device=self._device,
        )

    def _looks_per_s(self) -> float:
        """A device has a measure of its own: what the processor spends says little of it."""
        if any(one.together > 1 for one in self._shelf.running):
            return self._shelf.capacity
        spent = time.monotonic(), time.process_time(), self._shelf.inferences
        return self._ability.looks_per_s(self._shelf.capacity, *spent)

    def _missing_networks(self) -> tuple[str, ...]:
        if time.monotonic() >= self._missing_until:
            self._missing, self._missing_until = tuple(self._shelf.missing()), time.monotonic() + LOOK_FOR_NETWORKS_S
        return self._missing


def _nothing(_accept: bool) -> None:
    """Nobody takes tasks for this process."""
