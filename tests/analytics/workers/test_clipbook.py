"""When clips begin, whose they are, and when they end: one camera's book with the real encoder (OPR-3)."""

import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import av
import pytest
from structlog.testing import capture_logs

from analytics.news import ClipNews
from analytics.workers import clipmaker
from analytics.workers.clipbook import AFTER_MS, LONGEST_MS, ClipBook
from analytics.workers.clipfilm import ClipPart, Discretion
from analytics.workers.clipmaker import ClipMaker, Take
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan
from cameras.capture.frame import Frame
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.owner import plan
from tests.analytics.workers.test_clipring import frame

STEP_MS = 200


@pytest.fixture
def maker() -> Iterator[ClipMaker]:
    maker = ClipMaker()
    yield maker
    maker.close()


class Camera:
    """A book on a camera that sends five pictures a second; what it told, by clip."""

    def __init__(self, maker: ClipMaker, rules: CameraPlan) -> None:
        self.book, self.at_ms = ClipBook(rules, maker), 0
        self.told: list[Entry] = []

    def see(self, seconds: float) -> None:
        for _ in range(round(seconds * 1000 / STEP_MS)):
            self._next()

    def alarm(self, **face: int) -> str:
        """With the next picture; the id of its clip."""
        clips: list[str] = []
        self._next(lambda frame: clips.append(self.book.ask(frame, **face)))
        return clips[0]

    def _next(self, news: Callable[[Frame], None] = lambda _frame: None) -> None:
        """As the loop does it: news of the frame first."""
        self.at_ms += STEP_MS
        taken = frame(self.at_ms)
        news(taken)
        self.told += self.book.entries(self.at_ms)
        self.book.keep(taken, ())

    def wait(self, parts: int) -> list[ClipNews]:
        """What is told once so many parts came from the encoder."""

        def all_told() -> bool:
            self.told += self.book.entries(self.at_ms)
            return len(self.told) >= parts

        wait_for("the clip", all_told)
        return [ClipNews.from_json(one.data) for one in self.told]

    def times(self, number: int = -1) -> list[float]:
        """Seconds of the camera's clock of every picture in the file of one entry."""
        scenes = json.loads(self.told[number].blobs["scenes"])
        with av.open(io.BytesIO(self.told[number].blobs["clip"])) as container:
            shown = [float(one.time or 0) for one in container.decode(video=0)]
        assert shown == pytest.approx([one["at"] for one in scenes["frames"]])
        return [round(scenes["began_at"] + at, 3) for at in shown]


def rules(**changed: Any) -> CameraPlan:
    return replace(plan(), **{"keep_clips": True, **changed})


@pytest.fixture
def camera(maker: ClipMaker) -> Camera:
    return Camera(maker, rules())


def test_a_clip_shows_five_seconds_before_an_alarm_and_five_after_it(camera: Camera) -> None:
    """OPR-3: its beginning is told at once, the whole when it is over; one id."""
    camera.see(20)
    clip = camera.alarm()
    (begun,) = camera.wait(1)
    beginning = camera.times()
    camera.see(10)
    _, whole = camera.wait(2)

    assert (begun.clip, begun.whole, whole.clip, whole.whole) == (clip, False, clip, True)
    assert (beginning[0], beginning[-1]) == (15.2, 19.8)  # 20.2 is the alarm
    times = camera.times()
    assert (times[0], times[-1]) == (15.2, 25.2)
    assert len(times) == 51


def test_a_clip_of_a_camera_that_has_just_begun_is_shorter(camera: Camera) -> None:
    """OPR-3: what nobody saw is not there."""
    clip = camera.alarm()
    camera.see(6)
    (whole,) = camera.wait(1)

    assert (whole.clip, whole.whole) == (clip, True)
    assert (camera.times()[0], camera.times()[-1]) == (0.2, 5.2)


def test_alarms_that_overlap_share_one_clip(camera: Camera) -> None:
    """OPR-3: the second one still has its five seconds on it; one file, told once."""
    camera.see(10)
    first = camera.alarm()
    camera.see(3)
    second = camera.alarm()
    camera.see(10)
    camera.wait(2)

    assert first == second
    assert len(camera.told) == 2
    assert (camera.times()[0], camera.times()[-1]) == (5.2, 18.4)  # of alarms at 10.2 and 13.4


def test_alarms_without_end_make_clips_with_one(camera: Camera) -> None:
    """DESIGN 7: bounded, whatever alarms; every alarm has its ten seconds on the clip that it was given."""
    camera.see(10)
    given = []
    for _ in range(16):
        given.append((camera.alarm(), camera.at_ms / 1000))
        camera.see(2)
    camera.see(10)
    clips = {clip for clip, _ in given}
    camera.wait(2 * len(clips))

    assert 2 <= len(clips) <= 4
    for number, entry in enumerate(camera.told):
        news, times = ClipNews.from_json(entry.data), camera.times(number)
        if news.whole:
            assert times[-1] - times[0] <= LONGEST_MS / 1000
            for clip, at in given:
                assert clip != news.clip or (times[0] <= at - 4.8 and times[-1] >= at + 4.8)


def test_a_clip_ends_by_the_clock_when_the_camera_is_lost(camera: Camera) -> None:
    """SPEC 15: no picture comes any more; what there is, is told."""
    camera.see(10)
    camera.alarm()
    camera.see(1)
    camera.at_ms += AFTER_MS
    camera.wait(2)

    assert (camera.times()[0], camera.times()[-1]) == (5.2, 11.2)


def test_nothing_is_kept_where_the_site_keeps_no_clips(maker: ClipMaker) -> None:
    """OPR-3: neither pictures nor a promise; no thread is started."""
    camera = Camera(maker, rules(keep_clips=False))
    before = threading.active_count()
    camera.see(10)

    assert camera.book.bytes == 0
    assert camera.alarm() == ""
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"zones": (((0, 0), (1, 0), (1, 1)),)}, id="a privacy zone"),
        pytest.param({"blur_faces": True}, id="faces are blurred"),
        pytest.param({"site_id": 99}, id="another site"),
    ],
)
def test_what_was_made_under_other_rules_is_forgotten(camera: Camera, changed: dict[str, Any]) -> None:
    """CAM-5, OPR-3: from the moment a privacy zone is saved no new clip shows what it hides; a running one ends."""
    camera.see(10)
    running = camera.alarm()
    camera.see(1)
    camera.book.follow(rules(**changed))
    assert camera.book.bytes == 0
    camera.see(1)
    clip = camera.alarm()
    camera.see(7)
    news = camera.wait(4)

    assert clip != running
    ended = next(place for place, one in enumerate(news) if one.clip == running and one.whole)
    fresh = next(place for place, one in enumerate(news) if one.clip == clip and one.whole)
    assert camera.times(ended)[-1] == 11.2
    assert camera.times(fresh)[0] == 11.4


def test_other_settings_leave_the_ring_alone(camera: Camera) -> None:
    """EXT-7: a threshold has nothing to do with it."""
    camera.see(10)
    kept = camera.book.bytes
    camera.book.follow(rules(version=9, name="Door"))

    assert camera.book.bytes == kept > 0


def test_switched_off_nothing_more_is_told(camera: Camera) -> None:
    """OPR-3: from the moment it is saved, also of a clip that is being recorded."""
    camera.see(10)
    camera.alarm()
    camera.wait(1)
    camera.book.follow(rules(keep_clips=False))
    camera.see(10)

    assert camera.book.bytes == 0
    assert camera.book.close() == []
    assert len(camera.told) == 1


def test_a_hand_over_takes_what_there_is_of_a_clip_along(camera: Camera) -> None:
    """OPR-3: a lost owner costs the rest of a clip; one that goes in peace tells that nothing follows."""
    camera.see(10)
    clip = camera.alarm()
    camera.see(2)
    camera.told += camera.book.close()

    last = ClipNews.from_json(camera.told[-1].data)
    assert (last.clip, last.whole) == (clip, True)
    assert (camera.times()[0], camera.times()[-1]) == (5.2, 12.2)


def test_the_own_face_of_every_alarm_may_be_recognised(maker: ClipMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """OPR-3, MASK-7: the faces that a clip's alarms are about, and no other, from the first picture of the first."""
    begun: list[Discretion] = []
    faces: list[frozenset[int]] = []
    make = maker.begin

    def begin(clip: str, discretion: Discretion, deliver: Callable[[ClipPart], None]) -> Take:
        begun.append(discretion)
        faces.append(discretion.faces)
        return make(clip, discretion, deliver)

    monkeypatch.setattr(maker, "begin", begin)
    camera = Camera(maker, rules(blur_faces=True))
    camera.see(10)
    camera.alarm(face=7)
    camera.alarm(face=8)

    assert faces == [{7}]
    assert begun == [Discretion(blurs=True, faces=frozenset({7, 8}))]


def test_encoding_gives_way_to_the_cameras(camera: Camera) -> None:
    """DESIGN 7: one thread with a lower priority, which starts with the first clip."""
    before = set(threading.enumerate())
    camera.see(1)
    assert set(threading.enumerate()) <= before
    camera.alarm()
    (thread,) = set(threading.enumerate()) - before
    camera.wait(1)

    assert thread.native_id is not None
    assert os.getpriority(os.PRIO_PROCESS, thread.native_id) == clipmaker.NICENESS
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == 0


def test_what_waits_for_the_encoder_is_bounded(
    camera: Camera, maker: ClipMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 7: pictures are left out of a clip, the clip comes all the same, and the log says so once."""
    a_picture = frame(0).image.nbytes
    monkeypatch.setattr(clipmaker, "MOST_WAITING", 5 * a_picture)
    camera.see(10)
    held, busy = threading.Event(), threading.Event()
    maker.begin("another", Discretion(), lambda _part: None)
    maker.ask(busy.set)
    maker.ask(partial(held.wait, 20))
    assert busy.wait(20)

    with capture_logs() as logs:
        camera.alarm()
        camera.see(6)
        held.set()
        camera.wait(2)

    assert [one["log_level"] for one in logs] == ["warning"]
    assert maker.left_out == 46
    assert len(camera.times()) == 5


def test_a_clip_that_cannot_be_encoded_costs_nothing_else(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: it is logged and given up; the next one is made."""

    def fails(*_: Any) -> None:
        raise av.FFmpegError(22, "no encoder")

    camera.see(10)
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(clipmaker.Film, "add", fails)
        camera.alarm()
        camera.see(6)
        wait_for("the failure", lambda: logs)

    assert [(one["log_level"], one["event"]) for one in logs] == [("warning", "clip given up")]
    assert camera.told == []
    begun = time.monotonic()
    assert camera.book.close() == []
    assert time.monotonic() - begun < 0.5
    camera.alarm()
    camera.see(6)
    camera.wait(2)
    assert len(camera.times()) > 40
