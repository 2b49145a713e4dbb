"""The audit log (SEC-5): who changed what, when, from what to what. django-auditlog keeps the rows.

What `audit_register` names is noted as it is saved, whoever saves it; the settings of an extension are noted by their
service, value for value. Secrets never come here: *** stands in their place.
"""

from collections.abc import Callable, Mapping
from typing import Any

from auditlog.context import auditlog_value, set_actor
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from portal.common.redact import redact

HIDDEN = "***"


def audit_register(model: type[Model], *fields: str, secrets: tuple[str, ...] = ()) -> None:
    """Note every change of these fields. secrets: those of them of which only the change is noted."""
    auditlog.register(model, include_fields=list(fields), mask_fields=list(secrets), mask_callable=HIDE)


def audit_write(
    *, what: Model, user: AbstractBaseUser | None, changes: Mapping[str, tuple[Any, Any]], **facts: Any
) -> None:
    """One entry about a change of `what`. changes: path -> before, after, as JSON.    facts: kept beside them."""
    LogEntry.objects.log_create(
        what,
        action=LogEntry.Action.UPDATE,
        changes={path: list(values) for path, values in changes.items()},
        actor=user,
        additional_data={"by": user.get_username() if user else "", **facts},
    )


def audit_actor(user: AbstractBaseUser) -> None:
    """From here on this request is `user`'s: for who is known later than the middleware, as with a token."""
    auditlog_value.get({}).update(actor=user)


def hide(_value: str) -> str:
    """What is noted of a secret that changed: that it did."""
    return HIDDEN


HIDE = f"{__name__}.{hide.__name__}"


@receiver(pre_save, sender=LogEntry)
def without_credentials(*, instance: LogEntry, **_signal: Any) -> None:
    """An address may carry a password in its query (CAM-1)."""
    if instance.changes and "url" in instance.changes:
        instance.changes["url"] = [value and redact(value) for value in instance.changes["url"]]


class AuditMiddleware:
    """Notes the user of the request with each entry. Addresses are left out: anybody can send an X-Forwarded-For."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with set_actor(request.user):
            return self.get_response(request)
