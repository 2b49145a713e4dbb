"""What an owner keeps until the database has it (DESIGN 6)."""

import pytest

from analytics.workers.keyvalue import ALARMS
from analytics.workers.outbox import KEPT, Entry, Outbox


@pytest.mark.parametrize("name", list(KEPT))
def test_old_files_give_way_and_their_messages_never_do(name: str) -> None:
    """DESIGN 6, OPR-3: the database is away for long: every alarm and every end of a clip is told, the newest files."""
    outbox = Outbox()
    entries = [Entry(ALARMS, str(number), {"kind": "any"}, {name: bytes(100)}) for number in range(50)]
    for entry in entries:
        outbox.add([entry])

    waiting = outbox.unsent()
    assert [one.key for one in waiting] == [one.key for one in entries]
    assert [one.key for one in waiting if one.blobs] == [one.key for one in entries[-KEPT[name] :]]


def test_snapshots_and_clips_do_not_take_each_others_place() -> None:
    """DESIGN 6: many clips cost no picture."""
    outbox = Outbox()
    outbox.add(Entry(ALARMS, f"picture {number}", {}, {"snapshot": b"1"}) for number in range(5))
    outbox.add(Entry(ALARMS, f"clip {number}", {}, {"clip": b"1"}) for number in range(50))

    assert [one.key for one in outbox.unsent() if "snapshot" in one.blobs] == [f"picture {place}" for place in range(5)]
