"""The tables of whom we tell, what we tell them, and what came of it."""

from notifications.models.destination import Destination
from notifications.models.escalation import Escalation
from notifications.models.mqtt import MqttRetained, MqttServer
from notifications.models.notification import Attempt, Notification

__all__ = ["Attempt", "Destination", "Escalation", "MqttRetained", "MqttServer", "Notification"]
