"""Forms about people and their roles (SEC-1). What may be chosen is what the visitor administers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.models import Role, Site
from portal.accounts.models import User

NO_ROLE = "none"
NO_SITE = gettext_lazy("Choose one of your sites.")


class RoleForm(forms.Form):
    """A role on a site."""

    site = forms.ModelChoiceField(Site.objects.none(), error_messages={"required": NO_SITE, "invalid_choice": NO_SITE})
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER)

    def __init__(self, *args: Any, sites: QuerySet[Site], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["site"].queryset = sites.order_by("name")  # type: ignore[attr-defined]


class RolesForm(RoleForm):
    """The same role for several people, or none any more; and for who is named in `role.ID`, one of their own: what
    they had before comes back so."""

    role = forms.ChoiceField(choices=[*Role.choices, (NO_ROLE, gettext_lazy("No role any more"))], initial=Role.VIEWER)

    def role_of(self, person: User) -> Role | None:
        """Of a form that is valid."""
        given = self.data.get(f"role.{person.pk}", self.cleaned_data["role"])
        return Role(given) if given in Role else None


class InviteForm(RoleForm):
    """Somebody new: their name, and their first role. administers_portal: whether the visitor may make another one."""

    username = forms.CharField(
        max_length=150, error_messages={"required": gettext_lazy("Whoever signs in needs a user name.")}
    )
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)
    email = forms.EmailField(max_length=254, required=False)
    administrator = forms.BooleanField(required=False)

    def __init__(self, *args: Any, administers_portal: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if administers_portal:
            self.fields["site"].required = False
        else:
            del self.fields["administrator"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.errors and not found.get("site") and not found.get("administrator"):
            self.add_error("site", _("Choose a site, or make them a portal administrator."))
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes, of a form that is valid."""
        given = self.cleaned_data
        names = {name: given[name] for name in ("username", "first_name", "last_name", "email")}
        roles = {given["site"]: given["role"]} if given["site"] else {}
        return names | {"administrator": given.get("administrator", False), "roles": roles}

    def take(self, error: ValidationError) -> None:
        """What the service refused, at its field."""
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)


class GroupRoleForm(RoleForm):
    """What a group of the sign-in server means. portal: its people administer it all, whatever else is chosen."""

    group = forms.CharField(
        max_length=200, error_messages={"required": gettext_lazy("Write the group as the server names it.")}
    )
    portal = forms.BooleanField(required=False)

    def __init__(self, *args: Any, sites: QuerySet[Site], **more: Any) -> None:
        super().__init__(*args, sites=sites, **more)
        self.fields["site"].required = False

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.errors and not found["site"] and not found["portal"]:
            self.add_error("site", _("Choose a site, or the whole portal."))
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes, of a form that is valid."""
        given = self.cleaned_data
        if given["portal"]:
            return {"group": given["group"], "site": None, "role": Role.ADMINISTRATOR}
        return {"group": given["group"], "site": given["site"], "role": given["role"]}
