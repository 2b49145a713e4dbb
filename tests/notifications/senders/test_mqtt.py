"""Alarms over a connection that somebody else holds (OUT-3; WIRE 2, 3)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from analytics.workers.keyvalue import client, key
from cameras.models import Site
from notifications.kinds.mqtt import FollowedSettings
from notifications.kinds.onvif import OnvifSettings
from notifications.models import MqttRetained
from notifications.record import NONMASK, Face
from notifications.senders.base import AwayError, TemporarySendError
from notifications.senders.link_mail import Came, Heard, Parcel, Receipt, answer, lease_name, letter_read, take
from notifications.senders.mqtt import MqttSender, OnvifSender
from notifications.services.mqtt_route import link_of
from notifications.services.mqtt_server import mqtt_server_set
from portal.common.outgoing import AddressGuard
from tests.factories import SiteFactory
from tests.notifications.outputs import wait_until
from tests.notifications.records import alarm
from tests.servers.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)

Owner = Callable[[Receipt], list[Parcel | Heard]]


@pytest.fixture
def site(transactional_db: None) -> Site:
    mqtt_server_set(site=None, config={"host": "192.0.2.1"})
    return SiteFactory()


@pytest.fixture
def link(site: Site) -> str:
    """Of every camera."""
    return link_of(camera_id=0, site_id=site.pk)


@pytest.fixture
def owner(link: str) -> Iterator[Owner]:
    """`owner(receipt)`: somebody holds the connection and answers every parcel so; the letters."""
    ending, got = threading.Event(), []
    threads: list[threading.Thread] = []
    client().set(key("lease", lease_name(link)), "somebody")

    def serve(receipt: Receipt) -> None:
        while not ending.is_set():
            letters = [letter_read(one) for one in take(client(), link)[0]]
            got.extend(letters)
            answer(client(), [one.id for one in letters if isinstance(one, Parcel)], receipt)

    def start(receipt: Receipt) -> list[Parcel | Heard]:
        threads.append(threading.Thread(target=serve, args=[receipt]))
        threads[-1].start()
        return got

    yield start
    ending.set()
    for one in threads:
        one.join()


def mqtt(limit_s: float = 10.0) -> MqttSender:
    return MqttSender(FollowedSettings(topic="a/{camera}", qos=2), {}, AddressGuard(), limit_s)


def test_what_the_broker_acknowledged_is_delivered(site: Site, owner: Owner) -> None:
    """OUT-3, WIRE 2: topic, QoS; the key is the notification's id; the owner hears that its answer was read."""
    letters = owner(Receipt(Came.SENT))
    record = alarm(site_id=site.pk)
    with mqtt() as sender:
        told = sender.send(record)
    wait_until(lambda: len(letters) == 2, "the owner was not told")
    parcel, answer_read = letters

    assert told.confirmed
    assert told.sent.startswith(f"PUBLISH a/{record.camera_id} (QoS 2)\n{{")
    assert parcel.message.topic == f"a/{record.camera_id}"
    assert parcel.key == f"{record.notification_id}:0"
    assert answer_read == Heard((parcel.key,))


@pytest.mark.parametrize(
    ("came", "error"), [(Came.AWAY, AwayError), (Came.BROKEN, TemporarySendError), (Came.LATE, TemporarySendError)]
)
def test_what_was_not_is_tried_again(site: Site, owner: Owner, came: Came, error: type[Exception]) -> None:
    """SPEC 7: away is the server's trouble, the rest is this message's."""
    owner(Receipt(came, "the reason"))
    with mqtt() as sender, pytest.raises(TemporarySendError, match="the reason") as refused:
        sender.send(alarm(site_id=site.pk))

    assert type(refused.value) is error
    assert "PUBLISH" in refused.value.sent


def test_an_owner_that_says_nothing_is_not_waited_for(site: Site, link: str) -> None:
    """SPEC 7: the limit of a message."""
    client().set(key("lease", lease_name(link)), "somebody")
    with mqtt(0.2) as sender, pytest.raises(TemporarySendError, match=r"not acknowledged within 0\.2 s"):
        sender.send(alarm(site_id=site.pk))


def test_without_an_owner_nobody_waits(site: Site) -> None:
    """OUT-3: the next wake-up finds one."""
    with mqtt() as sender, pytest.raises(AwayError, match="nobody holds the connection"):
        sender.send(alarm(site_id=site.pk))


def test_without_the_key_value_server_it_waits(site: Site, settings: Settings) -> None:
    """SPEC 15."""
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    with mqtt() as sender, pytest.raises(AwayError, match="key-value server is away"):
        sender.send(alarm(site_id=site.pk))


def test_an_onvif_state_is_noted_before_it_is_sent(site: Site, owner: Owner) -> None:
    """WIRE 3: retained; somebody has to take it away one day."""
    parcels = owner(Receipt(Came.SENT))
    record = alarm(site_id=site.pk)
    with OnvifSender(OnvifSettings(prefix="p"), {}, AddressGuard(), 10.0) as sender:
        sender.send(record)
    note = MqttRetained.objects.get()

    assert (note.prefix, note.camera_id, note.area_number) == ("p", record.camera_id, record.area_number)
    assert parcels[0].message.retain


def test_a_test_leaves_no_state_behind(site: Site, owner: Owner) -> None:
    """OUT-8, WIRE 3."""
    parcels = owner(Receipt(Came.SENT))
    with OnvifSender(OnvifSettings(), {}, AddressGuard(), 10.0) as sender:
        sender.send(alarm(site_id=site.pk, test=True))

    assert not parcels[0].message.retain
    assert not MqttRetained.objects.exists()


def test_one_server_that_is_away_does_not_hold_back_a_whole_site(site: Site) -> None:
    """SPEC 7: cameras of one ONVIF destination may have servers of their own."""
    with OnvifSender(OnvifSettings(), {}, AddressGuard(), 10.0) as sender, pytest.raises(TemporarySendError) as refused:
        sender.send(alarm(site_id=site.pk))

    assert not isinstance(refused.value, AwayError)


def test_what_is_in_the_letter_box_is_read_back() -> None:
    """DESIGN 7: bytes stay bytes."""
    parcel = Parcel("a:0", mqtt()._messages(alarm())[0], 5)

    assert letter_read(parcel.to_json().encode()) == parcel
    assert letter_read(Heard(("a:0", "a:1")).to_json().encode()) == Heard(("a:0", "a:1"))
    for text in (b"{}", b"[]", b"1", b"no JSON", b"\xff"):
        with pytest.raises(ValueError, match="letter"):
            letter_read(text)


def test_the_limit_is_of_all_messages_of_one_alarm(site: Site, link: str) -> None:
    """SPEC 7: of a non-mask alarm each face is a message; the second has what the first has left."""
    client().set(key("lease", lease_name(link)), "somebody")
    faces = tuple(Face(track, (0.1, 0.1, 0.2, 0.2), 0.9, mask=False) for track in (1, 2))
    record = alarm(site_id=site.pk, extension=NONMASK, area_number=None, threshold=None, faces=faces)
    with OnvifSender(OnvifSettings(), {}, AddressGuard(), 10.0) as sender, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(sender.send, record)
        first = next_parcel(link)
        threading.Event().wait(0.5)
        answer(client(), [first.id], Receipt(Came.SENT))
        second = next_parcel(link)
        answer(client(), [second.id], Receipt(Came.SENT))
        sending.result()

    assert second.until_us - first.until_us < 400_000


def next_parcel(link: str) -> Parcel:
    """The one that was posted, when it is there."""
    while not (letters := take(client(), link)[0]):
        pass
    (parcel,) = map(letter_read, letters)
    return parcel
