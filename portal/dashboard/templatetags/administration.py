"""The parts of Admin, and words for entries of the audit log."""

import json
from typing import Any

from django import template
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from notifications.selectors import administers_portal
from portal.common.audit import HIDDEN
from portal.common.models import AuditEntry
from portal.dashboard.audit_log import administers, pair

register = template.Library()

_LEVELS = {
    AuditEntry.Action.DELETE: "warn",
    AuditEntry.Action.SIGN_IN_FAILED: "warn",
    AuditEntry.Action.REFUSED: "warn",
    AuditEntry.Action.CREATE: "fine",
}
LONGEST = 160


@register.inclusion_tag("dashboard/admin/_tabs.html", takes_context=True)
def admin_tabs(context: template.Context, here: str) -> dict[str, Any]:
    """`here`: people, tokens, audit, profiles, networks or configuration.

    People and audit log are for administrators of a site, the configuration for those of the portal.
    """
    tabs = {"people": _("People"), "tokens": _("Tokens"), "audit": _("Audit log")}
    if not administers(context["request"].user):
        tabs = {"tokens": _("Tokens")}
    tabs |= {"profiles": _("Profiles"), "networks": _("Networks")}
    if administers_portal(context["request"].user):
        tabs["configuration"] = _("Configuration")
    return {"tabs": [(name == here, reverse(name), text) for name, text in tabs.items()]}


@register.filter
def audit_level(entry: AuditEntry) -> str:
    """Of its chip."""
    return _LEVELS.get(entry.action, "")


@register.filter
def audit_changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """path, before, after; texts that stay short on a page."""
    found = ((path, pair(change)) for path, change in (entry.changes or {}).items())
    return [(path, shown(one["before"]), shown(one["after"])) for path, one in found]


@register.filter
def audit_facts_shown(entry: AuditEntry) -> list[tuple[str, str]]:
    """What else is known, without who did it: that stands beside it."""
    return [(name, shown(value)) for name, value in (entry.additional_data or {}).items() if name != "by" and value]


@register.filter
def audit_kind(entry: AuditEntry) -> str:
    """What an entry is about, as people call it; the word of the table where its app is gone."""
    assert entry.content_type is not None
    model = entry.content_type.model_class()
    return str(capfirst(model._meta.verbose_name)) if model else entry.content_type.model


@register.filter("audit_shown")
def shown(value: Any) -> str:
    """A value as somebody reads it: secrets stay hidden, what was not there is a dash."""
    if value in (None, "", "None", [], {}):
        return "–"
    if value == HIDDEN:
        return "•••"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
