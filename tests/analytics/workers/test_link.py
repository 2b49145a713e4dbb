"""What a loop posts reaches the server once it is there, and what it asks comes back (DESIGN 2)."""

import time
from itertools import pairwise

import pytest
from redis import Redis

from analytics.workers.courier import APART_S, Courier
from analytics.workers.keyvalue import ALARMS, COUNTS, client, key
from analytics.workers.lease import Lease, Standing
from analytics.workers.link import CameraLink
from analytics.workers.outbox import Entry
from analytics.workers.state import load
from tests.servers.valkey import Valkey


@pytest.fixture
def server(valkey: Valkey) -> Redis:
    return client(valkey.url, retries=0)


@pytest.fixture
def lease(server: Redis) -> Lease:
    lease = Lease(7)
    assert lease.take(server)
    return lease


@pytest.fixture
def link(lease: Lease) -> CameraLink:
    return CameraLink(7, lease, lambda: None, worker="here")


def started(number: int = 1, **blobs: bytes) -> Entry:
    return Entry(ALARMS, f"alarm-{number}:alarm_started:0", {"kind": "alarm_started", "n": number}, blobs)


def test_the_courier_carries_what_a_loop_posts(server: Redis, link: CameraLink) -> None:
    """DESIGN 2: camera threads never wait for the server."""
    courier = Courier(server)
    courier.board(link)
    link.save(b'{"n": 1}', [started(), Entry(COUNTS, "7:0:60", {"minute": 60})])

    assert courier.round()

    assert alarms_sent(server) == [started().key]
    assert server.xlen(COUNTS) == 1
    assert link.unconfirmed == 3  # with the word who is owner


def test_what_is_not_urgent_goes_with_the_next_full_round(server: Redis, lease: Lease) -> None:
    """DESIGN 7: a clock that went on is no reason for a trip of its own; a status that changed is."""
    woken: list[int] = []
    link = CameraLink(7, lease, lambda: woken.append(1), worker="here")
    courier = Courier(server)
    courier.board(link)
    full_round(courier)

    link.tell(b"{}", urgent=False)
    courier.round()
    assert not server.exists(key("live", 7))
    assert woken == []

    full_round(courier)
    assert server.hget(key("live", 7), "state") == b"{}"
    link.tell(b"{}")
    assert woken == [1]


def test_an_entry_is_kept_until_the_database_has_it(server: Redis, link: CameraLink) -> None:
    """DESIGN 6: the worker re-sends a change until the writer has confirmed the commit."""
    courier = Courier(server)
    courier.board(link)
    link.save(b"{}", [started()])
    courier.round()
    server.sadd(key("done", 7), started().key, f"owner:{link.lease.epoch}")

    full_round(courier)
    assert link.unconfirmed == 0
    full_round(courier)
    assert not server.exists(key("done", 7))


def test_entries_are_sent_again_to_a_server_that_came_back_empty(server: Redis, link: CameraLink) -> None:
    """SPEC 15: nothing is lost with the server's memory; the worker writes its state again."""
    courier = Courier(server)
    courier.board(link)
    link.save(b'{"n": 1}', [started()])
    courier.round()
    before = link.lease.epoch
    server.flushall()

    link.save(b'{"n": 2}')
    for _ in range(4):
        full_round(courier)

    assert link.lease.epoch > before
    assert alarms_sent(server) == [started().key]
    found = load(server, 7)
    assert found is not None
    assert found.data == {"n": 2}


def test_entries_that_vanished_from_the_stream_are_sent_again(
    server: Redis, link: CameraLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 6: neither confirmed nor in the stream means lost."""
    courier = Courier(server)
    courier.board(link)
    link.save(b"{}", [started()])
    courier.round()
    monkeypatch.setattr("analytics.workers.outbox.ASK_AFTER_S", 0.0)

    full_round(courier)
    assert alarms_sent(server) == [started().key]  # still there: the writer will come to it
    server.xtrim(ALARMS, maxlen=0)
    full_round(courier)
    full_round(courier)

    assert alarms_sent(server) == [started().key]


def test_many_entries_go_in_steps_and_the_state_with_the_last(server: Redis, link: CameraLink) -> None:
    """SPEC 4.10: a state is never ahead of the news that led to it."""
    courier = Courier(server)
    courier.board(link)
    link.save(b'{"after": 120}', [started(number) for number in range(120)])

    courier.round()
    assert server.xlen(ALARMS) == 50
    assert load(server, 7) is None
    courier.round()
    courier.round()

    assert alarms_sent(server) == [started(number).key for number in range(120)]
    assert load(server, 7) is not None


def test_a_thawed_owner_learns_it_and_falls_silent(server: Redis, link: CameraLink) -> None:
    """SPEC 15: a frozen owner's late alarm goes nowhere."""
    courier = Courier(server)
    courier.board(link)
    server.delete(key("lease", 7))
    heir = Lease(7)
    heir.take(server)

    link.save(b"{}", [started()])
    courier.round()

    assert link.fenced
    assert link.lease.standing is Standing.FENCED
    assert alarms_sent(server) == []


def test_a_frozen_server_holds_up_no_camera(valkey: Valkey, link: CameraLink) -> None:
    """SPEC 15: analysis goes on; entries wait in memory until the server is back."""
    away = client("redis://127.0.0.1:1/0", retries=0)
    courier = Courier(away)
    courier.board(link)
    link.save(b'{"n": 1}', [started()])

    assert not courier.round()
    assert link.unconfirmed == 2

    courier._server = client(valkey.url, retries=0)
    assert courier.round()
    found = load(courier._server, 7)
    assert found is not None
    assert found.data == {"n": 1}


def test_control_and_demand_reach_the_loop(server: Redis, link: CameraLink) -> None:
    """EXT-7, DEMO-6: a new version, a wish to yield, a viewer; a wish to another worker is not ours."""
    courier = Courier(server)
    courier.board(link)
    server.hset(key("ctl", 7), mapping={"version": 4, "yield": "elsewhere"})
    server.set(key("demand", 7), 1, ex=5)

    full_round(courier)
    assert (link.version, link.demand, link.yield_asked) == (4, True, False)
    server.hset(key("ctl", 7), "yield", "here")
    full_round(courier)

    assert link.yield_asked


def test_pictures_are_published_only_by_a_sure_owner(server: Redis, link: CameraLink) -> None:
    """DESIGN 2: before any outside effect the age of the lease is looked at."""
    courier = Courier(server)
    courier.board(link)
    listener = server.pubsub(ignore_subscribe_messages=True)
    listener.subscribe(key("n", 7))
    listener.get_message(timeout=5)
    link.show(b"one")
    courier.round()
    assert listener.get_message(timeout=5)["data"] == b"one"

    link.lease._renewed_at -= 60
    link.show(b"two")
    courier.round()

    assert listener.get_message(timeout=0.2) is None
    listener.close()


def test_a_loop_that_ends_leaves_state_and_gives_the_lease_back(server: Redis, link: CameraLink) -> None:
    """DESIGN 2: every stop is cooperative, and the next owner starts at once."""
    courier = Courier(server)
    courier.board(link)
    courier.start()

    assert link.close(b'{"last": true}', [started()], timeout_s=10)
    courier.stop()
    courier.join(10)

    found = load(server, 7)
    assert found is not None
    assert found.data == {"last": True}
    assert not server.exists(key("lease", 7))


def alarms_sent(server: Redis) -> list[str]:
    """Keys in the order of the stream, without the word who is owner."""
    keys = [fields[b"key"].decode() for _, fields in server.xrange(ALARMS)]
    return [one for one in keys if not one.startswith("owner:")]


def full_round(courier: Courier) -> None:
    courier._next_full = 0.0
    assert courier.round()


def test_between_full_rounds_only_those_are_asked_that_posted(server: Redis, link: CameraLink) -> None:
    """RUN-4: of a thousand cameras one has news: the trip costs what one costs."""
    pipe = server.pipeline(transaction=False)
    link.ask(pipe, full=True)
    assert link.ask(pipe, full=False) == []

    link.show(b"picture")

    assert link.ask(pipe, full=False) != []
    assert link.ask(pipe, full=False) == []
    assert link.ask(pipe, full=True) != []


def test_many_posts_share_a_trip(server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-4: trips do not become as many as cameras; one post alone does not wait."""
    courier, begun = Courier(server), list[float]()
    monkeypatch.setattr(courier, "round", lambda: begun.append(time.monotonic()) or True)
    courier.start()
    until = time.monotonic() + 20 * APART_S

    while time.monotonic() < until:
        courier.wake()

    courier.stop()
    courier.join(10)
    assert len(begun) <= 20 + 3
    assert min(after - before for before, after in pairwise(begun[:-1])) > APART_S * 0.8  # the last is the goodbye
