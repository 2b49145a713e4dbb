"""Counts by the minute (CNT-1) and every change of a count (CNT-7)."""

from django.db import models

from cameras.models import Camera


class CountMinute(models.Model):
    """One area (0 = the whole picture) in one minute (UTC). Two workers may each have had a part of it (CNT-3):
    `parts` keeps each owner's part under its epoch, so that a repeated part replaces itself."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="minutes")
    area_number = models.PositiveSmallIntegerField()
    minute = models.DateTimeField()
    minimum = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField()
    mean = models.FloatField()
    last = models.PositiveSmallIntegerField()
    alarm_s = models.FloatField(default=0)
    frames = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("camera", "area_number", "minute"), name="one_row_per_area_and_minute")
        ]
        indexes = [models.Index(fields=("minute",), name="count_minute")]

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.area_number} {self.minute:%Y-%m-%d %H:%M}"


class ChangeLog(models.Model):
    """The run lengths of one area in one hour, packed as `analytics.engine.alarm.changelog` says."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="changes")
    area_number = models.PositiveSmallIntegerField()
    hour = models.DateTimeField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("camera", "area_number", "hour"), name="one_change_log_per_area_and_hour")
        ]
        indexes = [models.Index(fields=("hour",), name="change_log_hour")]

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.area_number} {self.hour:%Y-%m-%d %H}"
