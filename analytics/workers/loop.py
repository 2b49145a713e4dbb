"""One camera, one long run: frames in, events out, until asked to hand over (DESIGN 2, 3).

The loop waits for frames and for nothing else. It posts to its link (the courier carries), asks the plan desk for new
settings (which answers later), and never touches database or key-value server. What it must not lose it keeps: alarm
events until they are confirmed, counts until they are sent, the state for whoever comes next.

A camera has one reader, whatever is installed on it: every frame is decoded once and given to the duties of all its
extensions, one after the other, so that what they say is of the same frame (EXT-3). Outside the operation schedules of
all of them (EXT-4) the camera's source is closed: nothing is decoded, no picture is held. It costs the second that a
stream takes to open; the loop keeps its lease meanwhile, follows settings, and looks at the clock with each step.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog

from analytics.engine.alarm.events import EndReason
from analytics.engine.inference.errors import InferenceGaveUpError
from analytics.workers.alarmbook import Scene
from analytics.workers.clipbook import ClipBook
from analytics.workers.condition import Condition
from analytics.workers.duties import CameraDuties
from analytics.workers.duty import Watch
from analytics.workers.end import End, longest_s
from analytics.workers.link import CameraLink
from analytics.workers.moment import Moment, moment_now
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan, NotWantedError
from analytics.workers.rate import Rate
from analytics.workers.sink import CameraSink
from analytics.workers.state import SavedState
from analytics.workers.tools import Figures, Reader, Tools
from cameras.capture.frame import Frame

log = structlog.get_logger(__name__)

TAKE_S = 0.2  # how long a wait for a frame may hold up everything else
SAVE_EVERY_S = 1.0
CLOSE_S = 2.0  # for the last words
FAILURES_ALLOWED, FAILURE_PAUSE_S = 5, 1.0
SHORT_OF = 0.8  # of the wanted rate


class CameraLoop:
    """Runs one camera on the calling thread; `figures` may be read from any.

    clock: the moment of now.    reader: of this camera, already open; None: the loop opens its own.
    """

    def __init__(
        self,
        plan: CameraPlan,
        link: CameraLink,
        saved: SavedState | None,
        tools: Tools,
        clock: Callable[[], Moment] = moment_now,
        *,
        reader: Reader | None = None,
    ) -> None:
        self._plan, self._link, self._tools, self._clock = plan, link, tools, clock
        self._duties = CameraDuties(plan, saved, tools.detectors, epoch=link.lease.epoch, at=clock())
        self._sink = CameraSink(plan, link, tools.jpegs)
        self._clips = ClipBook(plan, tools.clips)
        self._running: bool | None = None  # not known before the first step
        self._opened, self._reader = reader, reader or tools.reader(plan)
        self._capture = self._reader.status()  # asked once a step
        now = time.monotonic()
        self._offered_at, self._rate = now, Rate(now)
        self._saved_at = 0.0
        self._asked_version = plan.version
        self._answer: CameraPlan | NotWantedError | None = None
        self._gone: EndReason | None = None
        self._failures = 0
        log.info("camera: running", camera=plan.camera_id, epoch=link.lease.epoch)

    def run(self) -> End:
        """Until asked to end; the state is saved and the counts are sent by then, unless somebody else is owner."""
        while (end := self.turn()) is None:
            pass
        return end

    def turn(self) -> End | None:
        """One step; or the last words, when there is a reason to end, and then nothing more."""
        end = self._end()
        if end is None:
            self._guarded_step()
            self._offer()
            return None
        try:
            self._finish(end)
        finally:
            self._reader.stop()  # may take a while, which whoever comes next need not wait for
        log.info("camera: ended", camera=self._plan.camera_id, end=end.value)
        return end

    def figures(self) -> Figures:
        """How fast it is."""
        now = time.monotonic()
        wanted, fps = self._reader.most_fps, self._rate.fps(now)
        arrives = self._reader.status().fps_in
        settled = bool(self._running) and self._rate.settled(now) and bool(fps)
        short = settled and fps < SHORT_OF * min(wanted, arrives or wanted)
        return Figures(self._plan.looks, wanted, fps, self._rate.ms, short)

    def _end(self) -> End | None:
        if self._link.fenced:
            return End.FENCED
        if self._gone is not None:
            return End.NOT_WANTED
        if self._failures > FAILURES_ALLOWED:
            return End.FAILED
        asked = self._tools.stopping.is_set() or self._link.yield_asked
        return End.HANDED_OVER if asked else None

    def _offer(self) -> None:
        """Once in a while to whoever opens the stream first (`succession.py`); until one asks, nothing changes here."""
        now = time.monotonic()
        if now - self._offered_at > longest_s(self._plan.camera_id):
            self._offered_at = now
            self._link.offer()

    def _guarded_step(self) -> None:
        """The outermost loop of this camera: whatever happens here stays here."""
        try:
            self._step()
            self._failures = 0
        except InferenceGaveUpError:
            self._tools.give_up()
        except Exception:
            self._failures += 1
            log.exception("camera: step failed", camera=self._plan.camera_id, failures=self._failures)
            self._tools.stopping.wait(FAILURE_PAUSE_S)

    def _step(self) -> None:
        self._follow_settings()
        self._follow_hours()
        if self._running:
            self._take()
        else:
            self._tools.rest(TAKE_S)
            self._capture = self._reader.status()
            self._post(self._tick())
        self._sink.tell(self._condition(), self._duties.watches)

    # --- Frames -------------------------------------------------------------------------------------------------------
    def _take(self) -> None:
        """The next frame, or a tick when none comes."""
        frame, self._capture = self._reader.take(TAKE_S), self._reader.status()
        self._duties.find_networks()
        if frame is None:
            self._post(self._tick())
            return
        try:
            self._look(frame)
        finally:  # what one extension fails at is no reason to lose the alarm of another
            self._post(self._duties.news(frame, partial(self._scene, frame)) + self._tick(looked=True))
        self._clips.keep(frame, self._duties.shown(frame))
        self._sink.show(frame, self._condition, self._duties.watches)

    def _look(self, frame: Frame) -> None:
        before = time.monotonic()
        if self._duties.look(frame, faint=self._link.demand):
            now = time.monotonic()
            self._rate.add(now, now - before)

    def _scene(self, frame: Frame, watch: Watch, number: int) -> Scene:
        scene = self._sink.scene(frame, self._condition(), self._duties.watches, watch.blurred(number))
        return replace(scene, clip=self._clips.ask(frame, face=watch.face(number)))

    def _tick(self, *, looked: bool = False) -> list[Entry]:
        at = self._clock()
        entries = self._duties.tick(at, frozen=self._capture.frozen, looked=looked)
        return entries + self._clips.entries(at.clock_ms)

    def _post(self, entries: list[Entry]) -> None:
        """The state with its news at once; without news about once a second."""
        now = time.monotonic()
        if not entries and now - self._saved_at < SAVE_EVERY_S:
            return
        self._saved_at = now
        self._link.save(self._packed(), entries)

    def _packed(self) -> bytes:
        return json.dumps(self._duties.export(self._clock()), separators=(",", ":")).encode()

    def _condition(self) -> Condition:
        fps = self._rate.fps(time.monotonic())
        return Condition(self._capture, fps, self._reader.most_fps, self._duties.posts, self._duties.advice)

    # --- The operation schedules --------------------------------------------------------------------------------------
    def _follow_hours(self) -> None:
        """The source is open while any extension runs (EXT-4)."""
        entries = self._duties.follow_hours(self._clock())
        if self._duties.running is not self._running:
            self._running = self._duties.running
            self._open() if self._running else self._shut()
        self._reader.spare_large = self._duties.seeking_faces
        if entries:
            self._post(entries)

    def _open(self) -> None:
        self._rate = Rate(time.monotonic())  # the night is no reason to call it slow
        self._reader, self._opened = self._opened or self._started(), None

    def _shut(self) -> None:
        self._opened = None
        self._reader.stop()
        self._clips.forget()

    # --- Settings -----------------------------------------------------------------------------------------------------
    def _follow_settings(self) -> None:
        """Ask for the plan when its version changed; take it when it has come (EXT-7)."""
        version = self._link.version
        if version and version != self._asked_version:
            self._asked_version = version
            self._tools.desk.ask(self._plan.camera_id, self._take_answer)
        answer, self._answer = self._answer, None
        if isinstance(answer, NotWantedError):
            self._gone = answer.reason
        elif answer is not None:
            self._apply(answer)

    def _take_answer(self, answer: CameraPlan | NotWantedError) -> None:
        self._answer = answer  # called by the plan desk's thread: one assignment

    def _apply(self, plan: CameraPlan) -> None:
        before, self._plan, at = self._plan, plan, self._clock()
        entries = self._duties.apply(plan, at)
        if plan.spec != before.spec:
            self._reopen()
        self._reader.zones = plan.zones
        self._clips.follow(plan)
        self._sink.applied(plan, at.now)
        self._post(entries)
        log.info("camera: settings applied", camera=plan.camera_id, version=plan.version)

    def _reopen(self) -> None:
        """Another address, rate or rotation: the portal's own gap, until the first frame (SPEC 4.10; CAM-7)."""
        if not self._running:
            return
        self._reader.stop()
        self._reader = self._started()
        self._duties.pause()

    def _started(self) -> Reader:
        reader = self._tools.reader(self._plan)
        reader.start()
        return reader

    # --- The end ------------------------------------------------------------------------------------------------------
    def _finish(self, end: End) -> None:
        if end is End.FENCED:
            return
        entries = self._duties.close(self._clock(), reason=self._gone) + self._clips.close()
        if not self._link.close(self._packed(), entries, timeout_s=CLOSE_S):
            log.warning("camera: last words not delivered", camera=self._plan.camera_id)
