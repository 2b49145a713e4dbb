"""One page of the audit log: which entries, and what their filters can be (SEC-5)."""

from dataclasses import dataclass
from typing import Any

import django_filters
from auditlog.registry import auditlog
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.text import capfirst

from cameras.models import Site
from notifications.models import Notification
from portal.common.models import AuditEntry
from portal.dashboard.alarm_page import PERIOD_LENGTHS, PERIODS
from portal.dashboard.audit_log import AuditFilter, audit_list
from portal.dashboard.selection import id_of
from portal.dashboard.sites import sites_of

PAGE = 50
FILTERS = ("q", "user", "action", "what", "within", "object_id", "address", "request")


class AuditPageFilter(AuditFilter):
    """The API's filters, and a time that moves along."""

    within = django_filters.ChoiceFilter(choices=PERIODS, method="recent")

    def recent(self, entries: QuerySet[AuditEntry], _name: str, value: str) -> QuerySet[AuditEntry]:
        return entries.filter(timestamp__gte=timezone.now() - PERIOD_LENGTHS[value])


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry beside its site; None where it belongs to none, or to one that is gone."""

    entry: AuditEntry
    site: Site | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """lines: at most PAGE, newest first.    before: where the next page begins; 0 on the last one."""

    lines: list[AuditLine]
    before: int


def audit_asked(request: HttpRequest) -> QuerySet[AuditEntry]:
    """What the address lets through."""
    return AuditPageFilter(request.GET, queryset=audit_list(user=request.user)).qs


def audit_page(request: HttpRequest) -> AuditPage:
    """`?before=`: the id that the page begins behind; entries that come meanwhile move nothing."""
    found, before = audit_asked(request), id_of(request.GET.get("before", ""))
    rows = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    sites = {site.pk: site for site in sites_of(request)}
    lines = [AuditLine(entry, sites.get(entry.site_id or 0)) for entry in rows[:PAGE]]
    return AuditPage(lines, rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def asked_of(query: QueryDict) -> dict[str, str]:
    """The filters of the address as texts."""
    return {name: query.get(name, "") for name in FILTERS}


def kinds() -> dict[str, str]:
    """What entries can be about: camera -> Camera, in the order of the words."""
    models: list[Any] = [*auditlog.get_models(), Notification]
    words = {model._meta.model_name: capfirst(str(model._meta.verbose_name)) for model in models}
    return dict(sorted(words.items(), key=lambda one: one[1]))
