"""A camera taken over from an owner who still watches it, with a real key-value server and loops in threads (RUN-4)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from analytics.engine.inference.errors import NetworkError
from analytics.workers import loop, moving, succession
from analytics.workers.end import End
from analytics.workers.keyvalue import key
from analytics.workers.lease import Lease
from analytics.workers.loop import CameraLoop
from analytics.workers.plan import CameraPlan
from analytics.workers.succession import Succession
from cameras.capture.reader import CameraReader
from cameras.capture.source import SourceSpec
from cameras.schedules import OperationSchedule
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, live, plan
from tests.analytics.workers.owner import installed
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)
OPEN_S = 1.0


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def watched(**area: object) -> CameraPlan:
    return plan(f"fake:3?fps=10&open={OPEN_S}", **area)


def successor(bench: Bench, of: CameraPlan) -> Succession:
    """The owner of a Bench is called “here”; the camera is to leave it."""
    moving.moving_note(bench.server, 7, "here")
    return Succession(of, "here", bench.tools, bench.server)


def test_the_owner_watches_until_the_stream_is_open_elsewhere(bench: Bench) -> None:
    """RUN-4: then it lets go; who takes over has a frame at once, and asks for none that the owner has seen."""
    mine = watched()
    link, run = bench.run(mine)
    wait_for("frames", lambda: (live(bench.server) or {}).get("count") == 3)
    lease, next_one = Lease(7), successor(bench, mine)

    assert next_one.take(lease)

    assert run.result(20) is End.HANDED_OVER
    assert (lease.held, link.lease.held) == (True, False)
    assert next_one.reader is not None
    frame = next_one.reader.take(5)
    assert frame is not None
    assert next_one.reader.status().dropped <= 1
    next_one.close()


def test_a_long_run_is_offered_to_who_opens_the_stream_first(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 2, the bound of a run: nobody is blind for it. A worker that is alone goes on, and offers it again."""
    monkeypatch.setattr(loop, "longest_s", lambda _camera_id: 0.3)
    mine = watched()
    link, run = bench.run(mine)
    noted = wait_for("the offer", lambda: moving.moving(bench.server, [7]))
    bench.server.delete(key("moving", 7))
    wait_for("the next one", lambda: moving.moving(bench.server, [7]))
    assert (noted, run.done(), link.lease.held) == ({7: "here"}, False, True)
    lease, next_one = Lease(7), Succession(mine, "here", bench.tools, bench.server)

    assert next_one.take(lease)

    assert run.result(20) is End.HANDED_OVER
    assert (lease.held, next_one.reader is not None) == (True, True)
    next_one.close()


def test_the_lease_is_free_before_the_former_owner_closes_its_stream(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RUN-4: a camera may take a second to say goodbye; who comes next does not wait for it."""
    held, stop = list[int](), CameraReader.stop

    def stopped(reader: CameraReader) -> bool:
        held.append(bench.server.exists(key("lease", 7)))
        return stop(reader)

    monkeypatch.setattr(CameraReader, "stop", stopped)
    _link, run = bench.run(plan("fake:3?fps=10"))
    wait_for("frames", lambda: (live(bench.server) or {}).get("count") == 3)
    bench.server.hset(key("ctl", 7), "yield", "here")

    assert run.result(20) is End.HANDED_OVER
    assert held == [0]


def test_an_owner_who_does_not_let_go_keeps_the_camera(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-4: and nothing is left behind that would make it let go later."""
    monkeypatch.setattr(succession, "RELIEVE_S", 0.3)
    owner = Lease(7)
    assert owner.take(bench.server)
    next_one = successor(bench, plan("fake:3?fps=10"))

    assert not next_one.take(Lease(7))

    assert next_one.reader is None
    assert not bench.server.exists(key("ctl", 7), key("queued", 7))
    assert owner.renew(bench.server)


def test_a_camera_that_only_its_owner_can_open_stays_there(bench: Bench) -> None:
    """RUN-4: one that answers one viewer, or not this worker: nobody gives up what it sees; it is left for a while."""
    link, _run = bench.run(plan("fake:3?fps=10"))
    wait_for("frames", lambda: (live(bench.server) or {}).get("count") == 3)

    assert not successor(bench, replace(plan(), spec=SourceSpec("fake:away", fps=10))).take(Lease(7))

    assert link.lease.held
    assert not bench.server.hexists(key("ctl", 7), "yield")
    assert moving.staying(bench.server, [7]) == {7}


def test_a_camera_that_nobody_can_open_changes_hands_all_the_same(bench: Bench) -> None:
    """RUN-4: a drained worker gets empty, also of cameras that are away."""
    away = replace(plan(), spec=SourceSpec("fake:away", fps=10))
    bench.run(away)
    wait_for("its state", lambda: (live(bench.server) or {}).get("status") == "offline")
    next_one = successor(bench, away)

    assert next_one.take(Lease(7))
    assert next_one.reader is None


def test_outside_its_schedule_a_camera_changes_hands_with_its_stream_closed(bench: Bench) -> None:
    """EXT-4: nothing is decoded outside the hours."""
    closed = installed(plan("fake:3?fps=10"), schedule=OperationSchedule.from_json({"week": {}}))
    bench.run(closed)
    next_one = successor(bench, closed)

    assert next_one.take(Lease(7))
    assert next_one.reader is None


def test_a_worker_without_the_network_takes_nothing_over(bench: Bench) -> None:
    """RUN-6: the owner sees; who lacks the file would not."""
    bench.missing = NetworkError("yolox.onnx is missing")
    owner = Lease(7)
    assert owner.take(bench.server)

    assert not successor(bench, plan("fake:3?fps=10")).take(Lease(7))
    assert not bench.server.exists(key("ctl", 7))


def test_a_call_that_came_too_late_disturbs_nobody(bench: Bench) -> None:
    """RUN-4: the camera has moved meanwhile, or is to stay."""
    owner = Lease(7)
    assert owner.take(bench.server)
    next_one = successor(bench, plan("fake:3?fps=10"))
    moving.moving_note(bench.server, 7, "another")

    assert not next_one.take(Lease(7))
    assert not bench.server.exists(key("ctl", 7))


def test_frames_that_the_former_owner_has_seen_are_not_looked_at_again(bench: Bench) -> None:
    """SPEC 4.10: the successor's stream is open before; its first frame may be the other's last."""
    mine = plan("fake:3?fps=10")
    _link, run = bench.run(mine)
    wait_for("frames", lambda: (live(bench.server) or {}).get("count") == 3)
    seen = bench.watch().frame
    bench.server.hset(key("ctl", 7), "yield", "here")
    assert run.result(20) is End.HANDED_OVER

    bench.stopping.set()
    bench.run(mine)[1].result(20)
    watch = bench.watch()

    assert seen is not None
    assert watch.knows(seen)
    assert not watch.knows(replace(seen, at_ms=seen.at_ms + 10_000))
    assert isinstance(bench.loop, CameraLoop)
