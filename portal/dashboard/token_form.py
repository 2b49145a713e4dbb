"""The form of a token: what it may do, on which sites, from where, and until when (API-4)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.models import Site
from portal.accounts.models import ApiToken

DAYS = {"30": _("30 days"), "90": _("90 days"), "365": _("1 year"), "7": _("1 week"), "": _("Until it is revoked")}
SCOPES = {
    ApiToken.Scope.READ: _("Read: look at everything, change nothing"),
    ApiToken.Scope.OPERATE: _("Operate: also work on alarms, shelve areas, send messages again"),
    ApiToken.Scope.CONFIGURE: _("Configure: also change settings, as far as you may"),
}


class TokenForm(forms.Form):
    """sites: those of the visitor; none ticked means all of them, also later ones."""

    name = forms.CharField(max_length=80, error_messages={"required": _("What is it for? The name says so later.")})
    scope = forms.ChoiceField(choices=list(SCOPES.items()), initial=ApiToken.Scope.READ)
    sites = forms.TypedMultipleChoiceField(coerce=int, required=False)
    networks = forms.CharField(required=False, max_length=1300)
    days = forms.ChoiceField(choices=list(DAYS.items()), required=False, initial="90")

    def __init__(self, data: Any, *, sites: list[Site]) -> None:
        super().__init__(data, initial={"scope": ApiToken.Scope.READ, "days": "90"})
        self.fields["sites"].choices = [(site.pk, site.name) for site in sites]  # type: ignore[attr-defined]

    @property
    def site_choices(self) -> list[tuple[int, str, bool]]:
        """Every site, and whether it is ticked."""
        ticked = {str(one) for one in self["sites"].value() or []}
        return [(pk, name, str(pk) in ticked) for pk, name in self.fields["sites"].choices]  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes, of a form that is valid."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "scope": given["scope"],
            "site_ids": given["sites"] or None,
            "networks": given["networks"].replace(",", " ").split(),
            "expires_at": _expiry(given["days"]),
        }

    def take(self, error: ValidationError) -> None:
        """What the service refused, at its field."""
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)


def _expiry(days: str) -> datetime | None:
    return timezone.now() + timedelta(days=int(days)) if days else None
