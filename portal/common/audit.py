"""The audit log (SEC-5): who changed what, when, from where, from what to what. django-auditlog notes, ours is kept.

What `audit_register` names is noted as it is saved, whoever saves it; the settings of an extension are noted by their
service, value for value; sign-ins and refusals by `accounts/audit.py`. Secrets never come here: *** stands in their
place.
"""

from collections.abc import Callable, Mapping
from typing import Any

from auditlog.registry import auditlog
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars

from portal.common.acting import acting, acting_now
from portal.common.audit_place import place_register
from portal.common.client_address import client_address
from portal.common.models import AuditEntry
from portal.common.rate_limit import is_first
from portal.common.redact import redact

HIDDEN = "***"
REFUSALS_EVERY_S = 3600  # somebody who asks again and again is noted once an hour for each address


def audit_register(model: type[Model], *fields: str, secrets: tuple[str, ...] = (), site: str = "site_id") -> None:
    """Note every change of these fields. secrets: those of them of which only the change is noted.

    site: the attributes that lead from a row to the id of its site, whose administrators see the entry.
    """
    place_register(model, site)
    auditlog.register(model, include_fields=list(fields), mask_fields=list(secrets), mask_callable=HIDE)


def audit_write(
    *, what: Model, user: AbstractBaseUser | None, changes: Mapping[str, tuple[Any, Any]], **facts: Any
) -> None:
    """One entry about a change of `what`. changes: path -> before, after, as JSON.    facts: kept beside them."""
    AuditEntry.objects.log_create(
        what,
        action=AuditEntry.Action.UPDATE,
        changes={path: list(values) for path, values in changes.items()},
        actor=user,
        additional_data={"by": user.get_username() if user else "", **acting_now().facts, **facts},
    )


def audit_note(*, action: int, user: AbstractBaseUser | None, what: Model | None = None, **facts: Any) -> None:
    """One entry about something that changed no row: a sign-in, a refusal. what: the user or token that it is about."""
    kept = acting_now().facts | facts
    if what is None:
        AuditEntry.objects.create(action=action, actor=user, additional_data=kept)
    else:
        AuditEntry.objects.log_create(what, force_log=True, action=action, actor=user, additional_data=kept)


def audit_actor(user: AbstractBaseUser, **facts: Any) -> None:
    """From here on this request is `user`'s: for who is known later than the middleware, as with a token."""
    now = acting_now()
    now.user, now.facts = user, facts


def hide(_value: str) -> str:
    """What is noted of a secret that changed: that it did."""
    return HIDDEN


HIDE = f"{__name__}.{hide.__name__}"


@receiver(pre_save, sender=AuditEntry)
def without_credentials(*, instance: AuditEntry, **_signal: Any) -> None:
    """An address may carry a password in its query (CAM-1)."""
    if instance.changes and "url" in instance.changes:
        instance.changes["url"] = [value and redact(value) for value in instance.changes["url"]]


class AuditMiddleware:
    """Notes with each entry the user of the request and the address that it came from; and what was refused to them.

    The answer carries the id under which entries and log lines are found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = client_address(request)
        bind_contextvars(ip=address)
        with acting(user=request.user, address=address or None) as now:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = now.request_id or ""
            if response.status_code == 403 and isinstance(now.user, AbstractBaseUser):
                _note_refusal(request, now.user)
        return response


def _note_refusal(request: HttpRequest, user: AbstractBaseUser) -> None:
    asked = f"{request.method} {redact(request.path[:200])}"
    if is_first(f"refused:{user.pk}:{asked}", REFUSALS_EVERY_S):
        audit_note(action=AuditEntry.Action.REFUSED, user=user, request=asked)
