"""Signing in by OpenID Connect (SEC-8): who comes in, and what their groups make of them.

What the server says of a person is kept apart from the portal's own accounts: the same name or mail address is no proof
of being the same person, so an account is only ever opened by the subject (`sub`) that it was made for.
"""

from collections.abc import Iterable
from typing import Any

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cameras.services.group import Grant, grant_apply, grant_of
from cameras.services.person import LastAdministratorError
from portal.accounts.models import User

log = structlog.get_logger(__name__)


class OpenIdAdapter(DefaultSocialAccountAdapter):
    """What allauth asks on the way of somebody who comes back from the server."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Once their identity is proven, before anything is stored. Raises ImmediateHttpResponse for who stays out."""
        said = sociallogin.account.extra_data
        if not _is_of_one_person(said):
            raise _back(request, _("The sign-in server told of two different people. Nobody was signed in."))
        sociallogin.email_addresses = []  # allauth would look for accounts with the same one
        if sociallogin.is_existing and settings.OPEN_ID.groups_claim:
            self._renew(request, sociallogin)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """For whom the groups open something; for everybody where roles are given by hand. Others hear why not."""
        if not settings.OPEN_ID.groups_claim or _grant(sociallogin):
            return True
        raise _back(request, _("None of your groups may use this portal. A portal administrator can allow them."))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """A new account, with the roles of its groups or not at all."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            if settings.OPEN_ID.groups_claim:
                grant_apply(person=user, grant=_grant(sociallogin))
        return user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **facts: Any) -> None:
        """Also where the server does not answer. Its own words go into the log, not onto the page."""
        log.warning("sign-in by OpenID Connect failed", error=str(facts.get("error")), exc_info=facts.get("exception"))
        raise _back(request, _("%(name)s did not sign you in.") % {"name": provider.name})

    def _renew(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who left their groups stays out, and loses their roles at once."""
        grant = _grant(sociallogin)
        try:
            grant_apply(person=sociallogin.user, grant=grant)
        except LastAdministratorError as exc:
            log.warning("an administrator keeps a role that no group gives", why=str(exc))
            return
        sociallogin.user.refresh_from_db(fields=["is_superuser"])
        if not grant:
            raise _back(request, _("None of your groups may use this portal. A portal administrator can allow them."))


def _is_of_one_person(said: dict[str, Any]) -> bool:
    """OpenID Connect Core 5.3.2: what the userinfo address tells counts only for the subject of the ID token."""
    subjects = {part["sub"] for name in ("userinfo", "id_token") if (part := said.get(name)) and "sub" in part}
    return len(subjects) == 1


def _grant(sociallogin: SocialLogin) -> Grant:
    return grant_of(groups=groups_said(sociallogin.account.extra_data, settings.OPEN_ID.groups_claim))


def groups_said(said: dict[str, Any], claim: str) -> Iterable[str]:
    """The groups in the ID token and in what the userinfo address tells. One group may come as a text alone."""
    for name in ("id_token", "userinfo"):
        value = (said.get(name) or {}).get(claim)
        for group in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            if isinstance(group, str):
                yield group


def _back(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    messages.error(request, why)
    return ImmediateHttpResponse(redirect("sign_in"))
