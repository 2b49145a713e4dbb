"""What the audit log notes of our tables (SEC-5)."""

from analytics.models import CombinedArea, FloorPlan, PublicCounter
from portal.common.audit import audit_register

audit_register(PublicCounter, "site", "name", "how", "busy_at", "full_at", "expires_at", "revoked_at")
audit_register(FloorPlan, "site", "name", "version")
audit_register(CombinedArea, "site", "name", "settings")
