"""Recordings, looped in real time or read once."""

import threading
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from cameras.capture.clip import ClipReader, ClipSource, clip_path
from cameras.capture.source import AddressInvalidError, NotAVideoError, SourceSpec, StreamEndedError
from tests.cameras.capture.support import scene_frames, write_clip


def source_of(clip: Path, fps: float = 10) -> ClipSource:
    return ClipSource(SourceSpec(f"clip:{clip.name}", fps=fps, media_root=clip.parent))


def test_a_clip_plays_in_real_time(clip: Path) -> None:
    """CAM-1: at the clip's own speed, and only the wanted frames."""
    source = source_of(clip, fps=5)
    source.open()
    begin_s = monotonic()
    frames = [source.read() for _ in range(4)]
    source.close()

    assert [frame.number for frame in frames] == [0, 2, 4, 6]
    assert monotonic() - begin_s >= 0.58
    assert frames[-1].at_ms - frames[0].at_ms >= 580
    assert (frames[0].width, frames[0].height) == (320, 240)


def test_a_clip_begins_again_after_its_end(tmp_path: Path) -> None:
    """CAM-1: looped; numbers and the clock go on."""
    short = write_clip(tmp_path / "short.mp4", scene_frames(3), fps=10)
    source = source_of(short)
    source.open()
    frames = [source.read() for _ in range(8)]
    source.close()

    assert [frame.number for frame in frames] == list(range(8))
    assert all(later.at_ms - earlier.at_ms >= 50 for earlier, later in pairwise(frames))
    assert frames[7].at_ms - frames[0].at_ms >= 680


def test_a_waiting_clip_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    """RUN-4: a stop does not wait for the next picture."""
    source = source_of(write_clip(tmp_path / "slow.mp4", scene_frames(3), fps=1), fps=1)
    source.open()
    source.read()
    timer = threading.Timer(0.1, source.cancel)
    timer.start()
    begin_s = monotonic()

    with pytest.raises(StreamEndedError):
        source.read()
    assert monotonic() - begin_s < 0.9
    timer.join()
    source.close()


@pytest.mark.parametrize(
    "url",
    [
        "clip:../secret.mp4",
        "clip:/etc/passwd",
        "clip:sub/../../secret.mp4",
        "clip:%2e%2e/secret.mp4",
        "clip:link.mp4",
        "clip:.",
        "clip:",
        "clip:a\nb.mp4",
    ],
)
def test_a_clip_never_leaves_the_media_folder(tmp_path: Path, url: str) -> None:
    """SEC-6: no path, escape or link reads another file."""
    media = tmp_path / "media"
    (media / "sub").mkdir(parents=True)
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    (media / "link.mp4").symlink_to(tmp_path / "secret.mp4")

    with pytest.raises(AddressInvalidError):
        clip_path(url, media)


@pytest.mark.parametrize("url", ["clip:a%20b.mp4", "clip://a b.mp4", "CLIP:a b.mp4", "clip:sub/../a b.mp4"])
def test_a_name_in_the_media_folder_is_found(tmp_path: Path, url: str) -> None:
    """CAM-1: the usual ways to write it."""
    assert clip_path(url, tmp_path) == tmp_path.resolve() / "a b.mp4"


def test_no_media_folder_is_named() -> None:
    """RUN-1: says which setting is missing."""
    with pytest.raises(AddressInvalidError, match="LOOKOUT_MEDIA"):
        clip_path("clip:a.mp4", None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("missing.mp4", None, id="missing"),
        pytest.param("text.mp4", b"this is no video", id="no-video"),
        pytest.param(
            "list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nreal.ts\n#EXT-X-ENDLIST\n", id="playlist"
        ),
        pytest.param("concat.mp4", b"ffconcat version 1.0\nfile real.ts\n", id="concatenation"),
        pytest.param("empty.mp4", b"", id="empty"),
    ],
)
def test_what_is_no_video_is_named_without_its_folder(tmp_path: Path, name: str, content: bytes | None) -> None:
    """SEC-6, CAM-2: a playlist could name other files and hosts; none of them is opened."""
    write_clip(tmp_path / "real.ts", scene_frames(3))
    if content is not None:
        (tmp_path / name).write_bytes(content)
    source = source_of(tmp_path / name)

    with pytest.raises(NotAVideoError, match=name) as caught:
        source.open()
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("fps", "instants"), [(None, range(0, 3000, 100)), (5, range(0, 3000, 200)), (1, [0, 600, 1600, 2600])]
)
def test_a_reader_gives_media_time(clip: Path, fps: float | None, instants: range) -> None:
    """CNT-7: the same recording gives the same frames at the same instants, whatever the machine."""
    begin_s = monotonic()
    with ClipReader(clip, fps, taken_at=1000.0) as reader:
        frames = list(reader)

    assert [frame.at_ms for frame in frames] == list(instants)
    assert [frame.taken_at for frame in frames] == [1000.0 + at_ms / 1000 for at_ms in instants]
    assert (reader.fps, reader.duration_s) == (10.0, pytest.approx(3.0, abs=0.11))
    assert monotonic() - begin_s < 2.5


def test_a_change_of_size_in_the_middle_is_survived(tmp_path: Path) -> None:
    """CAM-7: frames of another size follow, nothing else happens."""
    parts = [
        write_clip(tmp_path / "a.h264", scene_frames(10)),
        write_clip(tmp_path / "b.h264", scene_frames(10, width=480, height=360)),
    ]
    both = tmp_path / "both.h264"
    both.write_bytes(b"".join(part.read_bytes() for part in parts))

    with ClipReader(both) as reader:
        sizes = [(frame.width, frame.height) for frame in reader]

    assert sizes == [(320, 240)] * 10 + [(480, 360)] * 10


def test_damage_costs_pictures_not_the_clip(tmp_path: Path, clip: Path) -> None:
    """SPEC 15: garbage in the middle of a stream."""
    stream = bytearray(write_clip(tmp_path / "a.h264", scene_frames(30)).read_bytes())
    middle = len(stream) // 2
    stream[middle : middle + 2000] = bytes(range(256)) * 7 + bytes(208)
    damaged = tmp_path / "damaged.h264"
    damaged.write_bytes(stream)

    with ClipReader(damaged) as reader:
        count = len(list(reader))

    assert 10 <= count <= 30


def test_a_cut_off_file_ends_early(tmp_path: Path) -> None:
    """SPEC 15: a recording that broke off is read as far as it goes."""
    whole = write_clip(tmp_path / "whole.ts", scene_frames(30)).read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole[: len(whole) * 2 // 3])

    with ClipReader(cut) as reader:
        count = len(list(reader))

    assert 5 <= count < 30
