"""What the audit log notes of destinations and MQTT servers (SEC-5)."""

from notifications.models import Destination, Escalation, MqttServer, Notification
from portal.common.audit import audit_register
from portal.common.audit_place import place_register

audit_register(
    Destination,
    "site",
    "camera",
    "kind",
    "name",
    "position",
    "enabled",
    "config",
    "secrets",
    "events",
    "simulated",
    "expiry_s",
    secrets=("secrets",),
)
audit_register(MqttServer, "site", "config", "secrets", secrets=("secrets",))
audit_register(Escalation, "site", "after_min")
place_register(Notification, "destination.site_id")  # sent again, let go: its service notes that
