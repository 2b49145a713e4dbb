"""The tables of what we saw."""

from analytics.models.alarm import Alarm
from analytics.models.count import ChangeLog, CountMinute
from analytics.models.lease import CameraLease
from analytics.models.scene import CameraView, SceneEvent

__all__ = ["Alarm", "CameraLease", "CameraView", "ChangeLog", "CountMinute", "SceneEvent"]
