"""People: invited, changed, disabled, given a new link (SEC-1, SEC-2). Who may do that is asked by the doors."""

from collections.abc import Mapping

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from cameras.models import Membership, Role, Site
from portal.accounts.links import link_make
from portal.accounts.models import User
from portal.common.audit import audit_write
from portal.common.errors import ConflictError


class LastAdministratorError(ConflictError):
    """Without a portal administrator who can sign in nobody could ever make another one."""

    code = "last_administrator"


@transaction.atomic
def person_invite(
    *,
    user: User,
    username: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    administrator: bool = False,
    roles: Mapping[Site, Role | str] | None = None,
) -> tuple[User, str]:
    """The account, and the text of the link with which its person chooses a password: the only time it can be seen.

    administrator: of the portal. Raises ValidationError for a name that is taken or no name, ValueError for no role.
    """
    person = User(username=username, first_name=first_name, last_name=last_name, email=email)
    person.is_superuser = administrator
    person.set_unusable_password()
    person.full_clean()
    person.save()
    for site, role in (roles or {}).items():
        Membership.objects.create(site=site, user=person, role=Role(role))
    return person, person_link(user=user, person=person)


@transaction.atomic
def person_update(
    *, person: User, first_name: str | None = None, last_name: str | None = None, email: str | None = None
) -> User:
    """Change what is given. Raises ValidationError."""
    given = {"first_name": first_name, "last_name": last_name, "email": email}
    person = User.objects.select_for_update().get(pk=person.pk)
    for name, value in given.items():
        if value is not None:
            setattr(person, name, value)
    person.full_clean(exclude=["password"])
    person.save(update_fields=list(given))
    return person


@transaction.atomic
def person_link(*, user: User, person: User) -> str:
    """A new link: password, earlier links and all sessions of the person end. Raises LastAdministratorError."""
    if person.has_usable_password():
        _keep_an_administrator(besides=person)
    text = link_make(user=person)
    sessions_end(person=person)
    audit_write(what=person, user=user, changes={"link": ("", "***")})
    return text


@transaction.atomic
def person_set_active(*, person: User, active: bool) -> None:
    """Disabled, a person and their tokens open nothing; their sessions end. Raises LastAdministratorError."""
    if not active:
        _keep_an_administrator(besides=person)
        sessions_end(person=person)
    person.is_active = active
    person.save(update_fields=["is_active"])


@transaction.atomic
def person_set_administrator(*, person: User, administrator: bool) -> None:
    """Of the portal, over all sites. Raises LastAdministratorError."""
    if not administrator:
        _keep_an_administrator(besides=person)
    person.is_superuser = administrator
    person.save(update_fields=["is_superuser"])


@transaction.atomic
def second_factor_remove(*, user: User, person: User) -> bool:
    """For who lost their phone and their recovery codes: the password alone opens again. False when there was none."""
    removed, _rows = Authenticator.objects.filter(user=person).delete()
    if removed:
        audit_write(what=person, user=user, changes={"second_factor": (True, False)})
    return bool(removed)


@transaction.atomic
def person_sign_out(*, user: User, person: User) -> int:
    """Every session of the person ends, on every device; how many there were. Tokens stay, and the password."""
    UserSession.objects.purge_and_list(person)  # those that ended by themselves are none
    ended = sessions_end(person=person)
    if ended:
        audit_write(what=person, user=user, changes={"sessions": (ended, 0)})
    return ended


@transaction.atomic
def password_choose(*, person: User, password: str) -> None:
    """The link is taken up, and good no more. Raises ValidationError for a password that is too weak."""
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])


def sessions_end(*, person: User, session: int | None = None, but: str = "") -> int:
    """End one session (by its row) or all of a person; how many ended.    but: the key of the one that stays."""
    rows = UserSession.objects.filter(user=person).exclude(session_key=but)
    ended = list(rows if session is None else rows.filter(pk=session))
    for row in ended:
        row.end()
    return len(ended)


def _keep_an_administrator(*, besides: User) -> None:
    """Raises LastAdministratorError where nobody else could administer. Locks them: two may remove each other."""
    foreign = Exists(SocialAccount.objects.filter(user=OuterRef("pk")))
    can_sign_in = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | foreign
    locked = User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    if besides.pk not in {one.pk for one in locked}:
        return
    if not User.objects.filter(can_sign_in, is_superuser=True, is_active=True).exclude(pk=besides.pk).exists():
        raise LastAdministratorError(
            _("%(name)s is the last portal administrator who can sign in.") % {"name": besides.username}
        )
