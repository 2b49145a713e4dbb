"""An MQTT server that is away for ten real minutes, while 500 alarms are told and the cameras count on.

Every alarm has to arrive, none twice, each area in its order; the counts of that time must not flood the server.
"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.analytics.workers.cluster import wait_for
from tests.notifications.faults.verdict import judge
from tests.servers.postgres import Postgres
from tests.soak.stage import COUNT_TOPIC, START_S, Seer, Stage, Teller, waiting

ALARMS, AWAY_S, CAMERAS, INTERVAL_S = 500, 600.0, 4, 5
MOST_S = 60.0  # to catch up
SETTLE_S = 12.0  # more than two intervals: what waited has come


def part(_outset: Postgres, folder: Path) -> list[str]:
    """What did not hold."""
    return list(away(folder))


def away(folder: Path) -> Iterator[str]:
    """Tells the figures, and what did not hold."""
    pause = threading.Event()
    with Stage(folder, CAMERAS, qos=1, count_data=True, interval_s=INTERVAL_S) as stage:
        stage.enter_context(Seer(stage.cameras))
        first = Teller(stage.cameras, 0.5, most=2 * CAMERAS)
        first.start()
        wait_for("the first alarms", lambda: len(stage.heard()["mqtt"]) >= 2 * CAMERAS, START_S)
        first.stop()
        stage.broker.stop()
        teller, begin = Teller(stage.cameras, AWAY_S / ALARMS, ALARMS), time.time()
        teller.start()
        teller.join()
        pause.wait(begin + AWAY_S - time.time())
        back = time.time()
        stage.broker.start()
        told = teller.told()
        alarms = [alarm for area in told.values() for alarm in area]
        print(f"away for {back - begin:.0f} s with {len(alarms)} alarms; {waiting(alarms)} messages wait", flush=True)
        wait_for("catching up", lambda: waiting(alarms) == 0, 4 * MOST_S)
        caught_up_s = time.time() - back
        pause.wait(SETTLE_S)
        end = time.time()
        known = set(alarms)
        verdict = judge(told, (one for one in stage.heard()["mqtt"] if one.alarm in known))
        counts = sum(one.topic == COUNT_TOPIC and one.at_s >= back for one in list(stage.listener.heard))

    # Of a camera's counts one was on its way, one waited, and then comes one at each boundary of the clock.
    most = CAMERAS * (3 + (end - back) / INTERVAL_S)
    print(f"caught up after {caught_up_s:.1f} s: {verdict}")
    print(f"counts: {CAMERAS * AWAY_S / INTERVAL_S:.0f} fell due meanwhile, {counts} came in {end - back:.0f} s after")
    if not verdict.faultless or verdict.messages != ALARMS:
        yield f"alarms: {verdict}"
    if verdict.repeats > CAMERAS:
        yield f"{verdict.repeats} repeats, at most one for each camera expected"
    if caught_up_s > MOST_S:
        yield f"caught up after {caught_up_s:.1f} s, at most {MOST_S:g} s expected"
    if counts > most:
        yield f"{counts} counts, at most {most:.0f} expected"
