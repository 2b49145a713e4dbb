"""News of the analytics app for the apps above it (STYLE 3: news travels upwards by signal)."""

from django.dispatch import Signal

alarm_changed = Signal()
"""An alarm started, was notified or ended; sent inside the transaction that wrote it.

alarm: the Alarm row as written.    event: "alarm_started", "notified", "alarm_ended", "withheld", "acknowledged",
"received": the camera itself tells of it, too (OUT-10), or "joined": another alarm's notification told of it (MASK-7);
"assigned", "unassigned", "noted", "closed", "reopened", "shelved", "unshelved": what operators did (OPR-2);
"clip": its clip is there, or no more of it comes (OPR-3).
count: of the area then, or of those without mask; left out, or None, where nobody knows it.
faces: of a non-mask alarm, everybody's of that moment (`analytics.news.FaceNews`); left out, or empty, elsewhere.
user, origin: of what operators did: who, and through which system (API-8); left out elsewhere.
A change that was written before is not sent again: a message that arrives twice changes nothing twice.
"""
