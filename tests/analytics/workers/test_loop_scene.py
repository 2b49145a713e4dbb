"""Scene advice through a real loop and a real key-value server (CAM-8): in `live:<cam>`, in the news, on the stream."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from analytics.engine.alarm.events import EndReason
from analytics.engine.scene.advice import Advice
from analytics.engine.scene.memory import SceneMemory
from analytics.engine.scene.view import BYTES
from analytics.workers.end import End
from analytics.workers.keyvalue import ALARMS, key
from analytics.workers.plan import CameraPlan, NotWantedError
from tests.analytics.workers.cluster import wait_for
from tests.analytics.workers.loopbench import Bench, live, plan, sent
from tests.analytics.workers.owner import NOON
from tests.servers.valkey import Valkey


@pytest.fixture
def bench(valkey: Valkey) -> Iterator[Bench]:
    bench = Bench(valkey)
    yield bench
    bench.close()


def crowded() -> CameraPlan:
    """A camera whose last owner told that too many objects are on it; its view is known, too."""
    memory = SceneMemory({Advice.CROWDED: NOON}, {"monochrome": bytes(BYTES)})
    return replace(plan(), scene=memory, view_confirmed_ms=7)


def test_a_new_owner_shows_what_holds(bench: Bench) -> None:
    """CAM-8: at once, since when it began."""
    bench.run(crowded())

    state = wait_for("a picture", lambda: (one := live(bench.server)) and one["last_frame_at"] and one)

    assert [(one["advice"], one["since"]) for one in state["advice"]] == [("crowded", NOON)]
    assert (state["reconnects"], state["last_error"]) == (0, "")


def test_who_hands_over_leaves_the_view(bench: Bench) -> None:
    """CAM-8: as it is now, under the confirmation that it belongs to; the advice stays as it is."""
    _, run = bench.run(crowded())
    wait_for("a picture", lambda: (one := live(bench.server)) and one["last_frame_at"])

    bench.stopping.set()

    assert run.result(20) is End.HANDED_OVER
    (view,) = sent(bench.server, "view")
    assert view["confirmed_ms"] == 7
    (fields,) = [fields for _, fields in bench.server.xrange(ALARMS) if fields[b"key"].startswith(b"view:")]
    assert len(fields[b"monochrome"]) == BYTES
    assert sent(bench.server, "advice") == []


def test_a_camera_that_is_removed_takes_its_advice_along(bench: Bench) -> None:
    """CAM-8: nobody is left to take it back."""
    _, run = bench.run(crowded())
    wait_for("a picture", lambda: (one := live(bench.server)) and one["last_frame_at"])
    bench.desk.answer = NotWantedError(7, EndReason.CAMERA_REMOVED)
    bench.server.hset(key("ctl", 7), "version", -1)

    assert run.result(20) is End.NOT_WANTED
    assert [(one["advice"], one["began"]) for one in sent(bench.server, "advice")] == [("crowded", False)]
