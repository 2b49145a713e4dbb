"""The clips of one camera's alarms: what is kept in case there is one, and what is recorded when there is (OPR-3).

An alarm's clip shows 5 s before its start to 5 s after it. Alarms whose clips would overlap share one, whatever
extension they are of, until it would become longer than 20 s. What it shows up to the alarm is handed over at once:
whoever takes the camera over cannot know it, so a lost owner costs the rest of a clip at most, and no alarm.

Nothing is kept where the site keeps no clips. What was made under other rules (privacy zones, blurred faces, another
picture) is forgotten with them.
"""

import queue
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from analytics.news import ClipNews
from analytics.workers.clipfilm import ClipPart, Discretion
from analytics.workers.clipmaker import ClipMaker, Take
from analytics.workers.clipring import BEFORE_MS, ClipRing, Shown
from analytics.workers.keyvalue import ALARMS
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan
from cameras.capture.frame import Frame

AFTER_MS = 5_000
LONGEST_MS = 20_000  # then a later alarm begins a clip of its own
CLOSE_S = 1.0  # how long a hand-over waits for the rest of a clip


@dataclass(slots=True)
class _Recording:
    """clip: its id.    begun_ms, until_ms: capture clock."""

    clip: str
    take: Take
    discretion: Discretion
    begun_ms: int
    until_ms: int

    def extend(self, at_ms: int) -> bool:
        """Whether an alarm that starts now still has its 5 s on it."""
        if at_ms + AFTER_MS - self.begun_ms > LONGEST_MS:
            return False
        self.until_ms = at_ms + AFTER_MS
        return True


class ClipBook:
    """One owner's. Used by its loop only."""

    def __init__(self, plan: CameraPlan, maker: ClipMaker) -> None:
        self._plan, self._maker = plan, maker
        self._ring = ClipRing()
        self._running: list[_Recording] = []
        self._parts: queue.SimpleQueue[ClipPart] = queue.SimpleQueue()
        self._awaited: set[str] = set()  # clips whose last part is on its way from the maker

    @property
    def bytes(self) -> int:
        """Of the pictures that are kept in case of an alarm."""
        return self._ring.bytes

    # --- Frames and alarms --------------------------------------------------------------------------------------------
    def keep(self, frame: Frame, shown: Iterable[Shown]) -> None:
        """A frame that was looked at. shown: what each extension saw on it."""
        if not self._plan.keep_clips:
            return
        picture = self._ring.add(frame, shown)
        if picture is None:
            return
        for one in self._running:
            one.take.feed([picture])

    def ask(self, frame: Frame, *, face: int | None = None) -> str:
        """The id of the clip of an alarm that starts with this frame, "" where none is kept.

        face: the number of the face that it is about: on its clip it may be recognised.
        """
        if not self._plan.keep_clips:
            return ""
        faces = frozenset() if face is None else frozenset({face})
        recording = next((one for one in self._running if one.extend(frame.at_ms)), None)
        if recording is None:
            return self._begin(frame, faces)
        recording.discretion.faces |= faces
        return recording.clip

    def entries(self, at_ms: int) -> list[Entry]:
        """What is to be told by now: clips that have begun, and those that are over. at_ms: capture clock."""
        over = [one for one in self._running if at_ms > one.until_ms]
        self._end(over)
        return [entry for entry in map(self._told, self._made()) if entry]

    # --- Rules and hours ----------------------------------------------------------------------------------------------
    def follow(self, plan: CameraPlan) -> None:
        """New settings: pictures made under other rules are not shown beside new ones."""
        before, self._plan = self._plan, plan
        if not plan.keep_clips:
            self._running.clear()
        if _rules(plan) != _rules(before):
            self.forget()

    def forget(self) -> None:
        """Let go of what was kept; a clip that is being recorded ends here."""
        self._ring.clear()
        self._end(list(self._running))

    def close(self) -> list[Entry]:
        """The camera is handed over: the clips end here, and go with the last words if they are ready in time."""
        self._end(list(self._running))
        parts = []
        while self._awaited:
            try:
                part = self._parts.get(timeout=CLOSE_S)
            except queue.Empty:
                break
            parts.append(part)
            self._note(part)
        return [entry for entry in map(self._told, parts) if entry]

    def _begin(self, frame: Frame, faces: frozenset[int]) -> str:
        clip, discretion = str(uuid.uuid4()), Discretion(self._plan.blur_faces, faces)
        take = self._maker.begin(clip, discretion, self._parts.put)
        before = [one for one in self._ring.pictures if frame.at_ms - one.at_ms <= BEFORE_MS]
        take.feed(before)
        take.hand_over(whole=False)
        begun_ms = before[0].at_ms if before else frame.at_ms
        self._running.append(_Recording(clip, take, discretion, begun_ms, frame.at_ms + AFTER_MS))
        return clip

    def _end(self, recordings: list[_Recording]) -> None:
        for one in recordings:
            one.take.hand_over(whole=True)
            self._awaited.add(one.clip)
            self._running.remove(one)

    def _made(self) -> list[ClipPart]:
        """What the maker has delivered, without waiting."""
        parts = []
        while not self._parts.empty():
            parts.append(self._parts.get())
            self._note(parts[-1])
        return parts

    def _note(self, part: ClipPart) -> None:
        if part.whole:
            self._awaited.discard(part.clip)

    def _told(self, part: ClipPart) -> Entry | None:
        """A part without a picture is worth no message: nobody waits for a clip longer than a minute."""
        if not part.mp4 or not self._plan.keep_clips:
            return None
        news = ClipNews(part.clip, part.began_at, part.whole)
        return Entry(ALARMS, news.key, news.to_json(), {"clip": part.mp4, "scenes": part.scenes})


def _rules(plan: CameraPlan) -> tuple[object, ...]:
    return plan.keep_clips, plan.zones, plan.blur_faces, plan.site_id, plan.spec
