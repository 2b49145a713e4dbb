"""The tables of what we saw."""

from analytics.models.alarm import Alarm
from analytics.models.alarm_step import AlarmStep
from analytics.models.combined_area import CombinedArea, CombinedPart, CombinedTimer
from analytics.models.compliance import ComplianceMinute
from analytics.models.count import ChangeLog, CountCalendar, CountDay, CountHour, CountMinute, CountPending
from analytics.models.event import CameraTold, Event, EventHead
from analytics.models.floor_plan import FloorPlan, PlanMark
from analytics.models.lease import CameraLease
from analytics.models.operator_choice import OperatorChoice
from analytics.models.public_counter import PublicCounter, PublicCounterArea
from analytics.models.scene import CameraView, SceneEvent
from analytics.models.shelving import Shelving

__all__ = [
    "Alarm",
    "AlarmStep",
    "CameraLease",
    "CameraTold",
    "CameraView",
    "ChangeLog",
    "CombinedArea",
    "CombinedPart",
    "CombinedTimer",
    "ComplianceMinute",
    "CountCalendar",
    "CountDay",
    "CountHour",
    "CountMinute",
    "CountPending",
    "Event",
    "EventHead",
    "FloorPlan",
    "OperatorChoice",
    "PlanMark",
    "PublicCounter",
    "PublicCounterArea",
    "SceneEvent",
    "Shelving",
]
