"""What the audit log notes of people and tokens, and of who came in and who was not let in (SEC-5)."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from portal.accounts.models import ApiToken, User
from portal.common.audit import audit_note, audit_register
from portal.common.models import AuditEntry

audit_register(
    User,
    "username",
    "first_name",
    "last_name",
    "email",
    "is_active",
    "is_superuser",
    "password",
    secrets=("password",),
)
audit_register(ApiToken, "name", "user", "scope", "site_ids", "networks", "expires_at", "revoked_at")


@receiver(user_logged_in)
def signed_in(user: User, **_signal: Any) -> None:
    audit_note(action=AuditEntry.Action.SIGN_IN, user=user, what=user)


@receiver(user_logged_out)
def signed_out(user: User | None, **_signal: Any) -> None:
    """A visitor who signs out was nobody before."""
    if user is not None:
        audit_note(action=AuditEntry.Action.SIGN_OUT, user=user, what=user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **_signal: Any) -> None:
    """About the account, if there is one. A name that nobody has is not kept: often it is a password."""
    name = credentials.get("username")
    account = User.objects.filter(username=name).first() if isinstance(name, str) else None
    audit_note(action=AuditEntry.Action.SIGN_IN_FAILED, user=None, what=account)
