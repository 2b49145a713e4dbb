"""One owner at a time, and an epoch that only grows (DESIGN 2; SPEC 15), against a real key-value server."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from analytics.workers.keyvalue import client, key, server_time_us
from analytics.workers.lease import TRUSTED, TTL_MS, Lease, Standing
from tests.servers.valkey import Valkey


class Clock:
    """A monotonic clock that only moves when told: a frozen process, seen from inside."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server(valkey: Valkey) -> Redis:
    return client(valkey.url, retries=0)


def test_of_many_that_ask_at_once_one_becomes_owner(server: Redis) -> None:
    """SPEC 15: two workers believe they own a camera: one wins."""
    leases = [Lease(7) for _ in range(16)]
    start = threading.Barrier(16)

    def take(lease: Lease) -> bool:
        start.wait(10)
        return lease.take(server)

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(take, leases))

    assert sum(won) == 1
    assert [lease.standing for lease in leases].count(Standing.OWNER) == 1


def test_every_owner_has_a_higher_epoch_than_all_before(server: Redis) -> None:
    """DESIGN 2: the epoch fences every write."""
    epochs = []
    for _ in range(5):
        lease = Lease(7)
        assert lease.take(server)
        epochs.append(lease.epoch)
        lease.release(server)

    assert epochs == sorted(set(epochs))
    assert abs(epochs[0] - server_time_us(server)) < 60_000_000


def test_the_epoch_grows_beyond_the_database_when_the_server_came_back_empty(server: Redis) -> None:
    """DESIGN 2: max(server TIME, the database's epoch + 1), also when the clock was set back."""
    recorded = server_time_us(server) + 10**12  # a clock that was eleven days ahead
    lease = Lease(7)

    assert lease.take(server, floor=recorded)
    assert lease.epoch == recorded + 1


def test_a_lease_that_is_not_renewed_is_taken_by_another(server: Redis) -> None:
    """RUN-4: a dead worker's cameras are taken over."""
    dead, heir = Lease(7, ttl_ms=200), Lease(7)
    assert dead.take(server)
    assert not heir.take(server)

    gone = threading.Event()
    while server.exists(key("lease", 7)):
        gone.wait(0.02)

    assert heir.take(server)
    assert heir.epoch > dead.epoch


def test_a_renewed_lease_stays(server: Redis) -> None:
    """DESIGN 2: compare and expire."""
    lease = Lease(7, ttl_ms=60_000)
    lease.take(server)
    server.pexpire(key("lease", 7), 1_000)

    assert lease.renew(server)
    assert server.pttl(key("lease", 7)) > 50_000


def test_an_owner_that_could_not_renew_in_time_knows_without_asking(server: Redis) -> None:
    """DESIGN 2: older than TTL - margin is lost, even when Redis cannot be asked."""
    clock = Clock()
    lease = Lease(7, clock=clock)
    assert lease.take(server)

    clock.now += TTL_MS * TRUSTED / 1000 - 0.01
    assert lease.held
    clock.now += 0.02
    assert not lease.held


def test_a_frozen_owner_finds_itself_fenced_when_thawed(server: Redis) -> None:
    """SPEC 15: one wins; the other stops."""
    clock = Clock()
    frozen, heir = Lease(7, clock=clock), Lease(7)
    assert frozen.take(server)
    server.delete(key("lease", 7))  # its time ran out while it was frozen
    assert heir.take(server)
    clock.now += 10

    assert not frozen.held
    assert not frozen.renew(server)
    assert not frozen.renew(server)
    assert frozen.standing is Standing.FENCED
    assert heir.renew(server)


def test_a_frozen_owner_stays_fenced_when_the_heir_has_already_left(server: Redis) -> None:
    """DESIGN 2: what the heir did must not be undone by an older state."""
    frozen, heir = Lease(7), Lease(7)
    assert frozen.take(server)
    server.delete(key("lease", 7))
    assert heir.take(server)
    heir.release(server)

    assert not frozen.renew(server)
    assert not frozen.renew(server)
    assert frozen.standing is Standing.FENCED
    assert not server.exists(key("lease", 7))


def test_an_owner_takes_its_lease_again_from_a_server_that_came_back_empty(server: Redis) -> None:
    """SPEC 15: Redis restarts empty: everything resumes by itself."""
    lease = Lease(7)
    assert lease.take(server)
    before = lease.epoch
    server.flushall()

    assert not lease.renew(server)
    assert lease.standing is Standing.LAPSED
    assert lease.renew(server)
    assert lease.epoch > before


def test_giving_back_leaves_the_lease_of_another_alone(server: Redis) -> None:
    """DESIGN 2: compare and delete."""
    old, heir = Lease(7), Lease(7)
    old.take(server)
    server.delete(key("lease", 7))
    heir.take(server)

    old.release(server)

    assert server.get(key("lease", 7)) == heir.token.encode()


def test_a_name_is_a_lease_of_its_own(server: Redis) -> None:
    """DESIGN 7: long-lived owners beside cameras use the same lease."""
    assert Lease("writer").take(server)
    assert Lease(7).take(server)
    assert not Lease("writer").take(server)
