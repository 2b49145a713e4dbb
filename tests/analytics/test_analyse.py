"""`manage.py analyse`: the lines that it prints, the settings file, and what it says when it cannot."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from analytics.analyse import analyse, event_lines
from analytics.analyse_masks import analyse_masks
from analytics.engine.alarm.events import AlarmEvent, EndReason, EventKind
from analytics.engine.inference.task import Task
from analytics.trial import Trial, occupancy_read, trial_read
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import AreaSettings, OccupancySettings, SettingsError
from tests.analytics.engine.inference.builders import FACES, network_put
from tests.analytics.engine.masks.faces import HERE, THERE, faces, sharp
from tests.analytics.engine.scenes import FakeDetector, box, detections, picture

ONE_PERSON = Trial(OccupancySettings(areas=(AreaSettings(count_threshold=1, time_s=1.0),)))


def lines(
    trial: Trial[OccupancySettings] = ONE_PERSON, *, seconds: float = 3, people: int = 1, **options: Any
) -> list[dict[str, Any]]:
    detector = FakeDetector(detections([box(0.2 + 0.2 * n, 0.5) for n in range(people)]))
    frames = [picture(at_ms) for at_ms in range(0, round(seconds * 1000), 200)]
    return list(analyse(frames, detector, trial, fps=5, **options))


def test_every_analysed_frame_is_a_line() -> None:
    """Issue 2: time, raw and tracked counts of every kind, and the areas."""
    first, *_ = lines(people=2)

    assert first == {
        "t": 0.0,
        "raw": {"human": 2, "vehicle": 0, "bicycle": 0},
        "count": {"human": 2, "vehicle": 0, "bicycle": 0},
        "areas": {"1": {"count": 2, "timer": 0.0, "state": "running"}},
    }


def test_alarm_events_come_behind_the_frame_that_showed_them() -> None:
    """Issue 2, SPEC 4: with their instant and their area."""
    printed = lines()
    place = next(number for number, line in enumerate(printed) if "event" in line)

    assert printed[place - 1]["t"] == 1.0
    assert [(line["event"], line["t"], line["area"]) for line in printed[place : place + 2]] == [
        ("alarm_started", 1.0, 1),
        ("notified", 1.0, 1),
    ]
    assert json.loads(json.dumps(printed)) == printed


def test_the_last_line_is_the_summary() -> None:
    """Issue 2: what happened in all, and how fast."""
    summary = lines()[-1]["summary"]

    assert (summary["frames"], summary["alarms"], summary["maximum"]["human"]) == (15, 1, 1)
    assert summary["duration_s"] == 2.8
    assert summary["inferred"] < summary["frames"]
    assert summary["frames_per_s"] > 0


def test_the_motion_gate_can_be_left_out() -> None:
    """DESIGN 3: for measurements, every frame is looked at."""
    assert lines(motion_gate=False)[-1]["summary"]["inferred"] == 15


def test_a_withheld_start_is_told_with_the_end() -> None:
    """SPEC 4.6: an alarm that ended before D let it be told."""
    withheld = AlarmEvent(EventKind.WITHHELD, 5000, "a1", 0, 5)
    ended = AlarmEvent(EventKind.ENDED, 5000, "a1", 0, 5, EndReason.COUNT)

    [line] = event_lines([(2, withheld), (2, ended)])

    assert (line["event"], line["area"], line["reason"], line["withheld"]) == ("alarm_ended", 2, "count", True)


def test_a_recording_without_pictures_is_no_result() -> None:
    """SPEC 15, bad input: not a summary of nothing."""
    with pytest.raises(ValueError, match="holds no picture"):
        list(analyse([], FakeDetector(), Trial(OccupancySettings()), fps=5))


def written(folder: Path, content: Any) -> Path:
    path = folder / "trial.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_settings_file_is_the_camera_settings_as_the_api_gives_them(tmp_path: Path) -> None:
    """Issue 2: what it leaves out is default; `deactivation_s` is the camera's own (CAM-9)."""
    chosen = OccupancySettings(
        objects=("vehicle",), areas=(AreaSettings(name="Gate", time_s=0.5),), reset_percentage=50
    )

    assert trial_read(written(tmp_path, {}), occupancy_read) == Trial(OccupancySettings())
    assert trial_read(written(tmp_path, chosen.to_json() | {"deactivation_s": 60}), occupancy_read) == Trial(chosen, 60)


def test_exported_settings_may_have_a_gap_between_their_areas(tmp_path: Path) -> None:
    """OCC-2: deleting area 1 renumbers nothing, so what was exported then can be tried on a recording."""
    second = {"number": 2, "polygon": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]], "status": True}
    exported = OccupancySettings.from_json({"areas": [second]}, drawn=[2]).to_json()

    assert [area.number for area in trial_read(written(tmp_path, exported), occupancy_read).settings.areas] == [2]


@pytest.mark.parametrize("value", [4, 601, 5.5, "5", True, None])
def test_a_deactivation_time_outside_its_range_is_refused(value: Any, tmp_path: Path) -> None:
    """CAM-9: 5-600 s."""
    with pytest.raises(SettingsError, match=r"Alarm deactivation time must be 5 to 600 s, not"):
        trial_read(written(tmp_path, {"deactivation_s": value}), occupancy_read)


@given(st.text(max_size=40))
def test_no_settings_file_whatever_does_more_than_say_what_is_wrong(tmp_path_factory: Any, text: str) -> None:
    """SPEC 15, bad input: settings, or an error that the command prints in one line."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    problem = ""
    try:
        trial_read(path, occupancy_read)
    except ValueError as exc:
        problem = str(exc)

    assert "\0" not in problem


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds of a grey picture, 10 frames a second."""
    path = tmp_path / "grey.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height = 320, 180
        for packet in _packets(stream):
            container.mux(packet)
    return path


def _packets(stream: av.VideoStream) -> Iterator[av.Packet]:
    for _ in range(20):
        yield from stream.encode(av.VideoFrame.from_ndarray(np.full((180, 320, 3), 90, np.uint8)))
    yield from stream.encode()


def refused(*arguments: Any, **options: Any) -> str:
    """The one line that the command ends with; its exit code is 2."""
    with pytest.raises(CommandError) as error:
        call_command("analyse", *arguments, **options)
    assert error.value.returncode == 2
    [line] = str(error.value).splitlines()
    return line


@pytest.mark.shared
def test_a_clip_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    """SPEC 15, bad input: exit code 2, the file named."""
    nonsense = tmp_path / "nonsense.mp4"
    nonsense.write_bytes(b"no video at all")

    assert refused("nowhere.mp4", network="fastestdet-352").startswith("Cannot analyse: nowhere.mp4: ")
    assert refused(str(nonsense), network="fastestdet-352").startswith("Cannot analyse: nonsense.mp4: ")


def test_an_unknown_network_is_one_clear_line(clip: Path) -> None:
    """RUN-6: the known ones are named."""
    assert "no network is called 'nope': known are " in refused(str(clip), network="nope")


def test_a_network_for_faces_is_one_clear_line(clip: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """RUN-6, MASK-1: what it finds instead."""
    monkeypatch.setattr(settings, "NETWORK_FOLDERS", (tmp_path,))
    network_put(tmp_path, b"faces", id="faces", file="faces.onnx", **FACES)

    line = refused(str(clip), network="faces")

    assert line == "Cannot analyse: faces finds faces with and without mask, not people and vehicles"


def test_settings_that_are_wrong_are_one_clear_line(clip: Path, tmp_path: Path) -> None:
    """OCC-6: every problem with its path."""
    path = written(tmp_path, {"areas": [{"number": 1, "time_s": 0}], "reset_percentage": 81})

    line = refused(str(clip), camera_settings=path)

    assert line.startswith("trial.json: reset_percentage: ")
    assert "areas[0].time_s: Time must be 0.1 to 3600 s in steps of 0.1, not 0." in line


@pytest.mark.parametrize("content", ["{", "[]", '{"deactivation_s": 1}'])
def test_a_settings_file_that_is_none_is_one_clear_line(content: str, clip: Path, tmp_path: Path) -> None:
    """SPEC 15, bad input: the file is named."""
    assert "trial.json: " in refused(str(clip), camera_settings=written(tmp_path, content))


@pytest.mark.shared
def test_the_command_prints_a_json_document_a_line(clip: Path) -> None:
    """Issue 2: a real network over a real file, without database."""
    out = io.StringIO()

    call_command("analyse", str(clip), network="fastestdet-352", fps=5.0, stdout=out)

    printed = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["t"] for line in printed[:-1]] == [round(0.2 * n, 1) for n in range(10)]
    assert printed[-1]["summary"]["network"] == "fastestdet-352"


@pytest.mark.shared
def test_settings_on_the_command_line_are_the_camera_s(clip: Path, tmp_path: Path) -> None:
    """Issue 2: `--settings FILE.json`, though Django has an option of that name."""
    path = written(
        tmp_path, {"areas": [{"number": 1}, {"number": 2, "status": True, "polygon": [[0, 0], [1, 0], [1, 1]]}]}
    )
    command = [
        sys.executable,
        "manage.py",
        "analyse",
        str(clip),
        "--settings",
        str(path),
        "--network",
        "fastestdet-352",
    ]

    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout.splitlines()[0])["areas"]) == {"1", "2"}


def test_every_analysed_frame_of_faces_is_a_line() -> None:
    """Issue 6: time and the three counts; events behind the frame that showed them, with the number of the face."""
    detector = FakeDetector(faces(no_mask=[HERE], mask=[THERE]))
    frames = [sharp(at_ms) for at_ms in range(0, 2600, 200)]
    printed = list(analyse_masks(frames, detector, Trial(NonmaskSettings()), fps=5))

    assert printed[0] == {"t": 0.0, "mask": 1, "no_mask": 1, "not_judged": 0}
    assert printed[10]["t"] == 2.0
    assert [(line["event"], line["t"], line["face"], line["cause"]) for line in printed[11:13]] == [
        ("alarm_started", 2.0, printed[11]["face"], "no_mask"),
        ("notified", 2.0, printed[11]["face"], "no_mask"),
    ]
    summary = printed[-1]["summary"]
    assert (summary["alarms"], summary["notifications"], summary["faces"]) == (1, 1, 2)
    assert summary["maximum"] == {"mask": 1, "no_mask": 1, "not_judged": 0}


def test_the_command_tries_the_settings_of_masks(clip: Path, tmp_path: Path) -> None:
    """Issue 6: `--extension nonmask`, with the network that comes with the portal."""
    out = io.StringIO()
    path = written(tmp_path, {"vote_frames": 3, "deactivation_s": 60})

    call_command("analyse", str(clip), extension=Task.NONMASK, camera_settings=path, fps=5.0, stdout=out)

    printed = [json.loads(line) for line in out.getvalue().splitlines()]
    assert printed[0] == {"t": 0.0, "mask": 0, "no_mask": 0, "not_judged": 0}
    assert printed[-1]["summary"]["network"] == "lookout-faces-384x256"


def test_settings_of_the_other_extension_are_one_clear_line(clip: Path, tmp_path: Path) -> None:
    """Issue 6: what is no setting of this extension is named."""
    line = refused(str(clip), extension=Task.NONMASK, camera_settings=written(tmp_path, {"reset_percentage": 80}))

    assert line.startswith("trial.json: reset_percentage: There is no such setting")


def test_frames_are_taken_one_by_one() -> None:
    """DESIGN 3: a long recording never lies in memory."""
    taken: list[int] = []

    def frames() -> Iterator[Frame]:
        for number in range(1000):
            taken.append(number)
            yield picture(number * 200)

    next(iter(analyse(frames(), FakeDetector(), Trial(OccupancySettings()), fps=5)))

    assert taken == [0]
