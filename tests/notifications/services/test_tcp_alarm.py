"""TCP alarm destinations through the outbox (OUT-1; WIRE 5)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from analytics.models import Alarm
from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Site
from notifications.models import Destination, Notification
from notifications.services.destination import destination_create, destination_update
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import attempts, drain, later, queued, rows, tell
from tests.servers.ports import free_port
from tests.servers.recorder import Recorder, Reply

pytestmark = [pytest.mark.django_db, pytest.mark.network]

NVR = {"address": "nvr.example"}


@pytest.fixture
def recorder(loopback: None) -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


def create(site: Site, name: str = "NVR", **facts: object) -> Destination:
    return destination_create(**{"site": site, "kind": "tcp_alarm", "name": name, "config": NVR, **facts})[0]


def aimed(recorder: Recorder, **config: object) -> Destination:
    """A destination at the recorder."""
    return DestinationFactory(kind="tcp_alarm", config={"address": "127.0.0.1", "port": recorder.port, **config})


def test_it_starts_with_the_published_settings(site: Site) -> None:
    """WIRE 5: port 1818, 2 retries, additional alarm data On; the format is ours."""
    destination = create(site)

    assert destination.config == {
        **NVR,
        "port": 1818,
        "retries": 2,
        "additional": True,
        "codec": "json-lines",
        "mask_s": 0,
    }
    assert destination.events == ["started", "repeated"]


@pytest.mark.parametrize(
    ("config", "path", "words"),
    [
        ({}, "address", "address is needed"),
        ({"address": "nvr/../x"}, "address", "may only contain"),
        ({**NVR, "port": 443}, "port", "443 is not allowed for alarms"),
        ({**NVR, "port": 60000}, "port", "60000 is not allowed for alarms"),
        ({**NVR, "port": 0}, "port", "1 to 65535"),
        ({**NVR, "port": "1818"}, "port", "1 to 65535"),
        ({**NVR, "retries": 31}, "retries", "0 to 30"),
        ({**NVR, "codec": "some-recorder"}, "codec", "one of"),
        ({**NVR, "mask_s": 3601}, "mask_s", "0 to 3600"),
        ({**NVR, "password": "x"}, "password", "no such setting"),
    ],
)
def test_settings_that_do_not_fit_are_refused_in_words(site: Site, config: dict, path: str, words: str) -> None:
    """OUT-1: the forbidden ports, 0 to 30 retries."""
    with pytest.raises(SettingsError) as refused:
        create(site, config=config)

    assert [problem.path for problem in refused.value.problems] == [path]
    assert words in str(refused.value)
    assert not Destination.objects.exists()


def test_a_camera_has_eight_at_most(site: Site) -> None:
    """OUT-1."""
    camera = CameraFactory(site=site)
    for number in range(8):
        create(site, name=f"NVR {number}", camera=camera)

    with pytest.raises(ValidationError, match="8 destinations"):
        create(site, camera=camera)
    create(site, name="Of another camera", camera=CameraFactory(site=site))


def test_eight_are_queued_in_their_order_and_none_waits_for_another(recorder: Recorder) -> None:
    """OUT-1: 1 to 8; what hangs or is away holds up itself."""
    camera: Camera = CameraFactory()
    made = [
        DestinationFactory(
            site=camera.site,
            camera=camera,
            kind="tcp_alarm",
            position=9 - number,
            config={"address": "127.0.0.1", "port": recorder.port if number % 2 else free_port(), "retries": 0},
        )
        for number in range(1, 9)
    ]
    tell(AlarmFactory(camera=camera))
    order = Notification.objects.order_by("number").values_list("destination__position", flat=True)
    assert list(order) == [1, 2, 3, 4, 5, 6, 7, 8]
    for destination in reversed(made):
        drain(destination)

    assert [rows(one)[0] for one in made] == ["sent", "waiting"] * 4
    assert len(recorder.alarms) == 4


def test_areas_have_their_message_ids_and_ends_are_not_sent(recorder: Recorder) -> None:
    """OUT-1: 98 to 101; a minimum has none (OCC-32)."""
    destination = aimed(recorder)
    for number in (1, 2, 3, 4):
        queued(destination, area_number=number)
    camera = Camera.objects.get()
    tell(AlarmFactory(camera=camera, cause=Alarm.Cause.MINIMUM))
    drain(destination)

    assert [one.message_id for one in recorder.alarms] == ["98", "99", "100", "101"]
    assert [one.information for one in recorder.alarms] == [
        str(one.id) for one in Notification.objects.filter(state="sent").order_by("number")
    ]


def test_the_channel_is_the_sensor(recorder: Recorder) -> None:
    """CAM-10, WIRE 5: as the camera's address says."""
    destination = aimed(recorder)
    camera = CameraFactory(site=destination.site, url="rtsp://192.0.2.7/MediaInput/stream_1/ch_3")
    tell(AlarmFactory(camera=camera))
    drain(destination)

    assert [(one.channel, one.ipaddr) for one in recorder.alarms] == [(3, "192.0.2.7")]


def test_the_log_says_whether_it_was_confirmed(recorder: Recorder) -> None:
    """WIRE 5, SPEC 7: retries are one attempt."""
    destination = aimed(recorder, retries=1)
    (sent,) = queued(destination)
    recorder.reply = lambda _alarm: Reply.CLOSE
    drain(destination)
    recorder.reply = lambda _alarm: Reply.CONFIRM
    later(destination)
    drain(destination)
    failed, arrived = attempts(sent)
    sent.refresh_from_db()

    assert (failed.outcome, arrived.outcome) == ("temporary", "sent")
    assert "(2 tries)" in failed.reason
    assert (sent.state, sent.confirmed) == ("sent", True)
    assert set(recorder.ids) == {str(sent.id)}
    assert str(sent.id) in arrived.answer


@pytest.mark.parametrize("mask_s", [20, 3600])
def test_further_alarms_wait_out_the_mask_time(recorder: Recorder, mask_s: int) -> None:
    """OUT-1: an NX recorder drops all other TCP alarms meanwhile; other destinations do not wait."""
    masked, other = aimed(recorder, mask_s=mask_s), aimed(recorder)
    queued(masked, 2)
    queued(masked, area_number=2)
    queued(other)
    assert (drain(masked), drain(masked), drain(other)) == (1, 0, 1)
    masked.refresh_from_db()
    assert rows(masked) == ["sent", "waiting", "waiting"]
    assert timedelta(seconds=mask_s - 5) < masked.next_try_at - timezone.now() <= timedelta(seconds=mask_s)
    assert (masked.failures, masked.last_error) == (0, "")

    later(masked)
    drain(masked)

    assert rows(masked) == ["sent", "sent", "waiting"]


def test_a_changed_port_is_checked_too(site: Site) -> None:
    """OUT-1."""
    destination = create(site)
    with pytest.raises(SettingsError, match="80 is not allowed"):
        destination_update(destination=destination, config={**NVR, "port": 80})
