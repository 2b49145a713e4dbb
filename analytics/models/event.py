"""The log of events that a VMS follows (API-6): what happened, in the order in which it became visible."""

from django.conf import settings
from django.db import models

from cameras.models import Camera, Site


class Event(models.Model):
    """One thing that happened to an alarm or a camera, written in the transaction of its cause.

    number: its place in the log, given after the commit (`analytics.services.event`); None until then.
    type: one of `analytics.event_types`.    camera, alarm: their ids; they stay when the row is gone.
    by: who did it; None where nobody did, or whose account is gone.    origin: the system through which it was done,
    as its caller names it (API-8); blank for pages.    data: plain JSON, as it was then.
    """

    number = models.BigIntegerField(null=True, unique=True, editable=False)
    type = models.CharField(max_length=24)
    at = models.DateTimeField()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    camera = models.BigIntegerField(null=True)
    alarm = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    origin = models.CharField(max_length=40, blank=True, default="")
    data = models.JSONField()

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(fields=("id",), condition=models.Q(number=None), name="event_to_number"),
            models.Index(fields=("alarm", "number"), condition=models.Q(alarm__isnull=False), name="event_of_alarm"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.type}"


class EventHead(models.Model):
    """The only row: the end of the log, and what was removed from its beginning. Its lock orders those who number."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    number = models.BigIntegerField(default=0)  # of the newest event
    removed = models.BigIntegerField(default=0)  # up to here events are gone

    def __str__(self) -> str:
        return f"{self.removed} to {self.number}"


class CameraTold(models.Model):
    """What the log said last of a camera, and of which version. site: whose members were told; names: plain JSON."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="told")
    site = models.BigIntegerField(null=True)
    status = models.CharField(max_length=20, blank=True, default="")
    version = models.BigIntegerField(default=-1)
    names = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.camera_id} {self.status}"
