"""Four receivers in trouble, each in its own way, beside two that are well; one real worker sends to them all."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from notifications.models import Destination
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.faults.telling import tell_alarms
from tests.notifications.faults.verdict import from_webhook, judge
from tests.notifications.outbox import later, rows
from tests.notifications.processes import Processes, swept
from tests.servers import hook as replies
from tests.servers.hook import Hook, Received, Reply
from tests.servers.recorder import Recorder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network, pytest.mark.slow]

ALARMS = 16
TROUBLE = {"500": replies.ERROR, "hangs": replies.HANG, "closes": replies.CLOSE, "babbles": replies.GARBAGE}


@pytest.fixture
def hooks(tmp_path: Path, loopback: None) -> Iterator[dict[str, Hook]]:
    """By their trouble; `well` has none. Each speaks TLS."""
    with ExitStack() as stack:
        made = {}
        for name in (*TROUBLE, "well"):
            (tmp_path / name).mkdir()
            made[name] = stack.enter_context(Hook(tmp_path / name))
            made[name].reply = partial(always, TROUBLE.get(name, replies.OK))
        yield made


def always(reply: Reply, _request: Received) -> Reply:
    return reply


def test_receivers_in_trouble_hold_up_nobody_and_lose_nothing(hooks: dict[str, Hook], processes: Processes) -> None:
    """SPEC 7, 15: who is well hears everything while the others answer 500, hang, close or babble; they get theirs
    when they are well again, each area in its order, each message under one id."""
    site = SiteFactory()
    destinations = {name: DestinationFactory(site=site, hook=one) for name, one in hooks.items()}
    troubled = [destinations[name] for name in TROUBLE]
    with Recorder() as recorder:
        aim = {"address": "127.0.0.1", "port": recorder.port}
        tcp: Destination = DestinationFactory(site=site, kind="tcp_alarm", config=aim)
        told = tell_alarms([CameraFactory(site=site) for _ in range(2)], ALARMS)
        processes.worker("only")
        well = [destinations["well"], tcp]
        swept("the others to be tried", lambda: all(hooks[name].requests for name in TROUBLE))
        swept("the well ones to have everything", lambda: all(set(rows(one)) == {"sent"} for one in well))
        assert [set(rows(one)) for one in troubled] == [{"waiting"}] * 4

        for one in hooks.values():
            one.reply = partial(always, replies.OK)
            one.released.set()

        def all_sent() -> bool:
            for one in troubled:
                later(one)  # how long the pauses are is not the question here
            return all(set(rows(one)) == {"sent"} for one in troubled)

        swept("the others to have everything", all_sent)
        assert len(recorder.ids) == len(set(recorder.ids)) == ALARMS
    verdicts = {name: judge(told, map(from_webhook, one.requests)) for name, one in hooks.items()}

    assert all(one.faultless and one.messages == ALARMS for one in verdicts.values()), verdicts
    assert verdicts["well"].repeats == 0
