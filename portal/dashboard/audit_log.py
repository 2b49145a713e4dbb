"""The audit log as somebody may read it: whose entries, which of them, and what each says (SEC-5).

Entries of a site are for its administrators; what belongs to no site, such as sign-ins, for portal administrators.
"""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cameras.models import Role
from cameras.selectors import Visitor, site_list
from portal.accounts.models import User
from portal.common.filters import IdFilter
from portal.common.models import AuditEntry

Action = AuditEntry.Action
ACTIONS = {
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
    "sign_in": Action.SIGN_IN,
    "sign_out": Action.SIGN_OUT,
    "sign_in_failed": Action.SIGN_IN_FAILED,
    "refused": Action.REFUSED,
}
"""As the API calls them."""
_WORDS = {number: word for word, number in ACTIONS.items()}


def administers(user: Visitor) -> bool:
    """Whether there is anything in the log for them."""
    return isinstance(user, User) and (user.is_superuser or site_list(user=user, least=Role.ADMINISTRATOR).exists())


def audit_list(*, user: Visitor) -> QuerySet[AuditEntry]:
    """The entries that `user` may read, the newest first."""
    entries = AuditEntry.objects.select_related("content_type").order_by("-id")
    if isinstance(user, User) and user.is_active and user.is_superuser:
        return entries
    return entries.filter(site_id__in=site_list(user=user, least=Role.ADMINISTRATOR).values("pk"))


def audit_get(*, user: Visitor, entry_id: int) -> AuditEntry:
    """Raises Http404 for what is not there or not to be seen."""
    entry = audit_list(user=user).filter(pk=entry_id).first()
    if entry is None:
        raise Http404(_("There is no such entry."))
    return entry


class AuditFilter(django_filters.FilterSet):
    """Who, what, when, where. `what` is a kind, such as `camera`; `object_id` beside it one of them."""

    user = django_filters.CharFilter(field_name="actor_name", help_text="The user name of who did it.")
    action = django_filters.ChoiceFilter(choices=[(word, word) for word in ACTIONS], method="by_action")
    what = django_filters.CharFilter(field_name="content_type__model", help_text="As in camera, site, apitoken.")
    object_id = django_filters.CharFilter(field_name="object_pk", help_text="The id of what was changed.")
    site = IdFilter(field_name="site_id")
    address = django_filters.CharFilter(field_name="remote_addr", help_text="The address that it came from.")
    request = django_filters.CharFilter(field_name="cid", help_text="The id of the request, as in the log files.")
    at_from = django_filters.IsoDateTimeFilter(field_name="timestamp", lookup_expr="gte")
    at_before = django_filters.IsoDateTimeFilter(field_name="timestamp", lookup_expr="lt")
    q = django_filters.CharFilter(method="search", help_text="Words in who and what.")

    def by_action(self, entries: QuerySet[AuditEntry], _name: str, value: str) -> QuerySet[AuditEntry]:
        return entries.filter(action=ACTIONS[value])

    def search(self, entries: QuerySet[AuditEntry], _name: str, value: str) -> QuerySet[AuditEntry]:
        for word in value.split():
            entries = entries.filter(Q(object_repr__icontains=word) | Q(actor_name__icontains=word))
        return entries


def audit_facts(entry: AuditEntry) -> dict[str, Any]:
    """One entry as plain JSON. changes: path -> before, after."""
    return {
        "id": entry.pk,
        "at": instant(entry.timestamp),
        "user": entry.actor_name,
        "action": _WORDS.get(entry.action, str(entry.action)),
        "what": entry.content_type.model if entry.content_type else "",
        "object_id": entry.object_pk,
        "object": entry.object_repr,
        "site": entry.site_id,
        "changes": {path: pair(change) for path, change in (entry.changes or {}).items()},
        "facts": entry.additional_data or {},
        "address": entry.remote_addr,
        "request": entry.cid or "",
    }


def pair(change: Any) -> dict[str, Any]:
    """Before and after; of a list that grew or shrank, what came or went."""
    if isinstance(change, dict):  # as django-auditlog notes a relation to many
        went = change.get("operation") == "delete"
        return {"before": change["objects"] if went else None, "after": None if went else change["objects"]}
    before, after = change
    return {"before": before, "after": after}


def instant(at: datetime) -> str:
    """UTC, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
