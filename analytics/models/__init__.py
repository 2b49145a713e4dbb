"""The tables of what we saw."""

from analytics.models.alarm import Alarm
from analytics.models.count import ChangeLog, CountMinute
from analytics.models.lease import CameraLease

__all__ = ["Alarm", "CameraLease", "ChangeLog", "CountMinute"]
