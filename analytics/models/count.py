"""Counts by the minute, the hour and the day (CNT-1), and every change of a count (CNT-7).

Minutes are rows for a few days only, as long as a part of one may still come. What stays is packed: an hour of minutes
and a day of hours of one area, each a row (docs/adr/0015). Area 0 is the whole picture.
"""

from django.db import models

from cameras.models import Camera


class CountMinute(models.Model):
    """One area (0 = the whole picture) in one minute (UTC). Two workers may each have had a part of it (CNT-3):
    `parts` keeps each owner's part under its epoch, so that a repeated part replaces itself.

    count_ms: sum of count × ms over the known_ms for which it was known.    limited: see `MinuteSum`.
    """

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="minutes")
    area_number = models.PositiveSmallIntegerField()
    minute = models.DateTimeField()
    minimum = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField()
    mean = models.FloatField()
    count_ms = models.PositiveIntegerField(default=0)
    known_ms = models.PositiveIntegerField(default=0)
    last = models.PositiveSmallIntegerField()
    alarm_s = models.FloatField(default=0)
    frames = models.PositiveIntegerField(default=0)
    limited = models.BooleanField(default=False)
    parts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("camera", "area_number", "minute"), name="one_row_per_area_and_minute")
        ]
        indexes = [models.Index(fields=("minute",), name="count_minute")]

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.area_number} {self.minute:%Y-%m-%d %H:%M}"


class CountHour(models.Model):
    """The sixty minutes of one area in one hour (UTC), packed as `analytics.engine.counts.packing` says.

    On PostgreSQL partitioned by month (`analytics.services.partitions`), which is why the key is what it is.
    """

    pk = models.CompositePrimaryKey("camera_id", "area_number", "hour")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="hours", db_index=False)
    area_number = models.PositiveSmallIntegerField()
    hour = models.DateTimeField()
    slots = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.area_number} {self.hour:%Y-%m-%d %H}"


class CountDay(models.Model):
    """One area on one day of its site's time zone: its totals, and its hours packed one beside the other.

    minutes: in how many a count was known.    flags: of `analytics.engine.counts.slots`; without COUNTED the numbers
    say nothing (CNT-6).
    """

    pk = models.CompositePrimaryKey("camera_id", "area_number", "day")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="days", db_index=False)
    area_number = models.PositiveSmallIntegerField()
    day = models.DateField()
    minimum = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField()
    count_ms = models.PositiveBigIntegerField()
    known_ms = models.PositiveIntegerField()
    alarm_ms = models.PositiveIntegerField()
    frames = models.PositiveIntegerField()
    minutes = models.PositiveSmallIntegerField()
    flags = models.PositiveSmallIntegerField()
    slots = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.area_number} {self.day}"


class CountPending(models.Model):
    """An hour of a camera with minutes that are not packed yet. Written with them, removed by the roll-up."""

    pk = models.CompositePrimaryKey("camera_id", "hour")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.camera_id} {self.hour:%Y-%m-%d %H}"


class CountCalendar(models.Model):
    """The time zone by which the days of a camera are cut: another one than its site's says that they are to be cut
    anew. Its row is what one roll-up at a time holds for a camera."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="+")
    time_zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.camera_id} {self.time_zone}"


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
