"""What the audit log notes of destinations and MQTT servers (SEC-5)."""

from notifications.models import Destination, Escalation, MqttServer
from portal.common.audit import audit_register

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
