"""What every app shares and keeps."""

from portal.common.models.audit import AuditEntry
from portal.common.models.idempotent_request import IdempotentRequest

__all__ = ["AuditEntry", "IdempotentRequest"]
