"""From pictures to the file of a clip, read back as a browser would (OPR-3)."""

import io
import json
from typing import Any

import av
import numpy as np
import pytest

from analytics.workers.clipfilm import ClipPart, Discretion, Film
from analytics.workers.clipring import Picture
from cameras.capture.frame import Frame, Pixels, empty_planes

WIDTH, HEIGHT = 160, 90
BEGAN = 1_795_000_000.0
FACE = [0.25, 0.2, 0.5, 0.6]
ROUGH = 8  # what encoding makes of a grey


def picture(number: int, *, step_ms: int = 200, size: tuple[int, int] = (WIDTH, HEIGHT), **seen: Any) -> Picture:
    """A picture as bright as its number says, with a fine pattern in it, which blurring takes away."""
    image, (luma, *chroma) = empty_planes(*size)
    luma[:] = shade(number)
    luma[::4, :] += 40
    for plane in chroma:
        plane[:] = 128
    return Picture(Frame(number, number * step_ms, BEGAN + number * step_ms / 1000, image), (lambda: seen,))


def shade(number: int) -> int:
    return 40 + number * 10


def film(pictures: list[Picture], discretion: Discretion | None = None) -> Film:
    made = Film("clip", discretion or Discretion())
    for one in pictures:
        made.add(one)
    return made


def frames(part: ClipPart) -> list[tuple[float, Pixels]]:
    """(seconds, luma) of every frame in the file."""
    with av.open(io.BytesIO(part.mp4)) as container:
        decoded = [(float(one.time or 0), one.to_ndarray(format="yuv420p")) for one in container.decode(video=0)]
    return [(time, Frame(0, 0, 0.0, np.ascontiguousarray(image)).luma()) for time, image in decoded]


def detail(luma: Pixels, box: list[float]) -> float:
    """How rough the inside of a box is."""
    x1, y1, x2, y2 = (round(edge * size) for edge, size in zip(box, (WIDTH, HEIGHT) * 2, strict=True))
    return float(np.abs(np.diff(luma[y1:y2, x1:x2].astype(int), axis=0)).mean())


def test_a_clip_has_every_picture_at_its_time() -> None:
    """OPR-3: H.264 in MP4, in order, at the moments at which the pictures were taken."""
    part = film([picture(number) for number in (0, 1, 2, 5, 6)]).part(whole=True)

    shown = frames(part)
    assert [time for time, _ in shown] == pytest.approx([0, 0.2, 0.4, 1.0, 1.2])
    for (_, luma), number in zip(shown, (0, 1, 2, 5, 6), strict=True):
        assert abs(np.median(luma) - shade(number)) < ROUGH
    assert (part.began_at, part.whole) == (BEGAN, True)
    with av.open(io.BytesIO(part.mp4)) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, float(stream.duration * stream.time_base)) == ("h264", pytest.approx(1.4))


def test_what_is_drawn_lies_beside_it_by_time() -> None:
    """OPR-3: the video is clean; boxes, areas and faces of each of its frames, outlines once, nothing faint."""
    area = {"number": 1, "name": "Hall", "count": 2, "alarm": True, "polygon": [[0, 0], [1, 0], [1, 1]]}
    boxes = [{"id": 4, "box": FACE}, {"id": None, "box": FACE}]
    part = film([picture(0), picture(1, areas=[area], boxes=boxes, faces=[{"id": 9, "box": FACE}])]).part(whole=True)

    scenes = json.loads(part.scenes)
    assert scenes["began_at"] == BEGAN
    assert scenes["size"] == [WIDTH, HEIGHT]
    assert scenes["outlines"] == {"1": area["polygon"]}
    assert scenes["frames"] == [
        {"at": 0.0, "boxes": [], "areas": [], "faces": []},
        {
            "at": 0.2,
            "boxes": [{"id": 4, "box": FACE}],
            "areas": [{"number": 1, "name": "Hall", "count": 2, "alarm": True}],
            "faces": [{"id": 9, "box": FACE}],
        },
    ]
    assert len(frames(part)) == len(scenes["frames"])


def test_a_beginning_is_a_whole_file_and_does_not_end_the_film() -> None:
    """OPR-3: what is handed over at an alarm's start can be watched; the rest comes after it all the same."""
    made = film([picture(number) for number in range(4)])
    begun = made.part(whole=False)
    for number in range(4, 8):
        made.add(picture(number))
    whole = made.part(whole=True)

    assert not begun.whole
    assert [time for time, _ in frames(begun)] == pytest.approx([0, 0.2, 0.4])  # the last waits for the next
    assert len(json.loads(begun.scenes)["frames"]) == 3
    assert [time for time, _ in frames(whole)] == pytest.approx([0.2 * number for number in range(8)])


def test_faces_are_blurred_where_the_policy_says_so() -> None:
    """OPR-3: all but those that the clip's alarms are about; without the policy nobody."""
    own, other = FACE, [0.7, 0.2, 0.95, 0.6]
    seen = {"faces": [{"id": 1, "box": own}, {"id": 2, "box": other}]}
    pictures = [picture(number, **seen) for number in range(3)]

    clear = frames(film(pictures).part(whole=True))
    discreet = frames(film(pictures, Discretion(blurs=True, faces=frozenset({1}))).part(whole=True))

    for (_, before), (_, after) in zip(clear, discreet, strict=True):
        assert detail(before, own) > 5
        assert detail(before, other) > 5
        assert detail(after, own) > 5
        assert detail(after, other) < 2
    assert pictures[0].frame.image[4, 120] == shade(0) + 40  # the ring's own is as it was


def test_a_face_that_is_missed_in_one_picture_stays_blurred_in_it() -> None:
    """OPR-3: a detector blinks; who is not to be recognised is not, for that."""
    faces = [{"id": 2, "box": FACE}]
    blinking = [picture(0, faces=faces), picture(1), picture(2, faces=faces), picture(3), picture(4)]

    shown = frames(film(blinking, Discretion(blurs=True)).part(whole=True))

    assert [detail(luma, FACE) < 2 for _, luma in shown] == [True, True, True, True, False]


def test_a_picture_of_another_size_is_left_out() -> None:
    """SPEC 15: a camera that changes its resolution ends what the clip can show, and disturbs nothing."""
    part = film([picture(0), picture(1), picture(2, size=(320, 180))]).part(whole=True)

    assert len(frames(part)) == 2


def test_without_a_picture_there_is_no_file() -> None:
    assert film([]).part(whole=True) == ClipPart("clip", 0.0, whole=True)


def test_a_clip_of_noise_stays_small() -> None:
    """DESIGN 7: the worst a camera can show: ten seconds are 1.3 MB at most, and travel in one message."""
    noise = np.random.default_rng(7)
    pictures = [
        Picture(Frame(number, number * 200, BEGAN, noise.integers(16, 235, (540, 640), dtype=np.uint8)))
        for number in range(50)
    ]

    assert len(film(pictures).part(whole=True).mp4) < 1_500_000
