"""The outbox: one row for each message to one destination, and one for each try to send it (DESIGN 6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models import Alarm
from notifications.models.destination import Destination


class Notification(models.Model):
    """One message about one alarm to one destination, from the transaction of its cause until long after its end.

    number: the order of the queue.    id: made of alarm, destination, event and sequence, so that whatever repeats a
    message repeats its id (SPEC 7).    lane: what has to stay in order, see `services/drain.py`.    record: JSON of
    `AlarmRecord`.    tries: failed ones in a row; only they move next_try_at.    reason: why it is not sent (yet).
    confirmed: the other side said that it has it; False where its protocol has no answer.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")
        CANCELLED = "cancelled", _("Cancelled")

    class Event(models.TextChoices):
        """As `notifications.record.Event`."""

        STARTED = "started", _("Alarm started")
        REPEATED = "repeated", _("Alarm repeated")
        ENDED = "ended", _("Alarm ended")
        ACKNOWLEDGED = "acknowledged", _("Alarm acknowledged")
        ESCALATED = "escalated", _("Alarm not acknowledged in time")

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, editable=False)
    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="notifications")
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="notifications")
    event = models.CharField(_("event"), max_length=12, choices=Event.choices)
    sequence = models.PositiveIntegerField(default=0)
    lane = models.CharField(max_length=60)
    record = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.TextField(_("reason"), blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(_("queued"))
    next_try_at = models.DateTimeField(_("next try"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    confirmed = models.BooleanField(_("confirmed"), default=False)
    held_up_by = ""  # no column

    class Meta:
        ordering = ("-number",)
        indexes = [
            models.Index(
                fields=("destination", "tries", "number"), condition=models.Q(state="waiting"), name="notification_due"
            ),
            models.Index(
                fields=("destination", "lane", "number"), condition=models.Q(state="waiting"), name="notification_lane"
            ),
            models.Index(fields=("expires_at",), condition=models.Q(state="waiting"), name="notification_expiry"),
            models.Index(fields=("destination", "-number"), name="notification_history"),
            models.Index(fields=("ended_at",), name="notification_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.alarm_id} · {self.state}"

    @property
    def why(self) -> str:
        """Its reason; of one that was not tried because its destination takes nothing, the destination's; of one that
        waits behind another of its area, that one's, where somebody has asked for it (`selectors.held_up_fill`)."""
        if self.reason or self.state != self.State.WAITING:
            return self.reason
        return self.destination.last_error if self.destination.failures else self.held_up_by


class Attempt(models.Model):
    """One try: when, how long, what was sent (secrets removed), what came back; each text cut at 4 kB.

    reason: of a failure, empty otherwise.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("Sent")
        TEMPORARY = "temporary", _("To be tried again")
        PERMANENT = "permanent", _("Failed")

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("time"))
    duration_ms = models.PositiveIntegerField(_("duration (ms)"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("reason"), blank=True, default="")
    sent = models.TextField(_("sent"), blank=True, default="")
    answer = models.TextField(_("answer"), blank=True, default="")

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("at",), name="attempt_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} · {self.outcome}"
