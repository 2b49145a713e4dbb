"""State and news in one step, written by nobody but the owner (DESIGN 2; SPEC 4.10)."""

import pytest
from redis import Redis

from analytics.workers.keyvalue import ALARMS, client, key
from analytics.workers.lease import Lease
from analytics.workers.outbox import Entry
from analytics.workers.state import FENCED, LAPSED, Parcel, load, save
from tests.servers.valkey import Valkey


@pytest.fixture
def server(valkey: Valkey) -> Redis:
    return client(valkey.url, retries=0)


@pytest.fixture
def lease(server: Redis) -> Lease:
    lease = Lease(7)
    assert lease.take(server)
    return lease


def started(number: int = 1, **blobs: bytes) -> Entry:
    return Entry(ALARMS, f"alarm-{number}:alarm_started:0", {"kind": "alarm_started", "n": number}, blobs)


def test_state_and_entry_are_written_together(server: Redis, lease: Lease) -> None:
    """SPEC 4.10: the state is saved with every change, in one step with the alarm event."""
    parcel = Parcel(b'{"a": 1}', b'{"camera": 7}', [started(snapshot=b"\xff\xd8\x00")])

    places = save(server, camera_id=7, epoch=lease.epoch, parcel=parcel)

    found = load(server, 7)
    assert found is not None
    assert (found.data, found.epoch) == ({"a": 1}, lease.epoch)
    (place, fields), *rest = server.xrange(ALARMS)
    assert (place, rest) == (places[0], [])
    assert fields[b"key"] == b"alarm-1:alarm_started:0"
    assert fields[b"snapshot"] == b"\xff\xd8\x00"
    assert int(fields[b"epoch"]) == lease.epoch
    assert server.hget(key("live", 7), "state") == b'{"camera": 7}'


def test_a_former_owner_writes_nothing(server: Redis, lease: Lease) -> None:
    """SPEC 15: the other's writes are fenced off."""
    server.delete(key("lease", 7))
    heir = Lease(7)
    heir.take(server)
    save(server, camera_id=7, epoch=heir.epoch, parcel=Parcel(b'{"of": "heir"}'))

    reply = save(server, camera_id=7, epoch=lease.epoch, parcel=Parcel(b'{"of": "former"}', b"{}", [started()]))

    assert reply == FENCED
    found = load(server, 7)
    assert found is not None
    assert found.data == {"of": "heir"}
    assert server.xlen(ALARMS) == 0
    assert not server.exists(key("live", 7))


def test_a_server_that_came_back_empty_is_told_apart_from_another_owner(server: Redis, lease: Lease) -> None:
    """SPEC 15: Redis restarts empty."""
    server.flushall()

    assert save(server, camera_id=7, epoch=lease.epoch, parcel=Parcel(b"{}")) == LAPSED
    assert load(server, 7) is None


def test_nothing_saved_is_no_state(server: Redis) -> None:
    """SPEC 4.10: a first run restores nothing."""
    assert load(server, 8) is None
