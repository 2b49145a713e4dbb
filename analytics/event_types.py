"""What the log of events tells (API-6). Plain Python. The form is ours."""

from analytics.news import CLIP, END, JOINED, NOTIFIED, START, WITHHELD

STARTED, PICTURE, CHANGED = "alarm.started", "alarm.picture", "alarm.changed"

OF_ALARM = {
    START: STARTED,
    NOTIFIED: "alarm.notified",
    JOINED: "alarm.joined",
    END: "alarm.ended",
    WITHHELD: "alarm.withheld",
    CLIP: "alarm.clip",
    "received": "alarm.received",
    **{
        step: f"alarm.{step}"
        for step in ("acknowledged", "assigned", "unassigned", "noted", "closed", "reopened", "shelved", "unshelved")
    },
}
"""Event of the signal `alarm_changed` -> type: CHANGED without a name here, PICTURE for a start that only adds one."""

STATUS, NAMES, REMOVED = "camera.status", "camera.names", "camera.removed"
COUNTS = "counts"
"""Not in the log: told as they are now, and not again (CNT-6)."""

TYPES = (*OF_ALARM.values(), PICTURE, CHANGED, STATUS, NAMES, REMOVED)
GROUPS = ("alarm", "camera")
"""Everything of alarms, of cameras."""


def wanted(kind: str, asked: frozenset[str]) -> bool:
    """Whether one who asked for these types and groups is told of this one; who asked for none, of all in the log."""
    return not asked or kind in asked or kind.partition(".")[0] in asked
