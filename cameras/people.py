"""Reads of people and their roles, always for a user (SEC-1).

A portal administrator sees everybody. An administrator of sites sees who is on these sites, and what they are there.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cameras.models import GroupRole, Membership, Role
from cameras.selectors import Visitor, site_list
from portal.accounts.models import User


def membership_list(*, user: Visitor) -> QuerySet[Membership]:
    """The roles on the sites that `user` administers, with site and person."""
    sites = site_list(user=user, least=Role.ADMINISTRATOR)
    return Membership.objects.filter(site__in=sites).select_related("site", "user")


def membership_get(*, user: Visitor, membership_id: int) -> Membership:
    """Raises Http404 for what is not there or not to be seen."""
    membership = membership_list(user=user).filter(pk=membership_id).first()
    if membership is None:
        raise Http404(_("There is no such role."))
    return membership


def person_list(*, user: Visitor) -> QuerySet[User]:
    """The people whom `user` sees; `memberships_seen` holds their roles on the sites that `user` administers."""
    seen = membership_list(user=user)
    roles = Prefetch("membership_set", seen.order_by("site__name", "pk"), to_attr="memberships_seen")
    people = User.objects.prefetch_related(roles)
    return people if administers_portal(user) else people.filter(Exists(seen.filter(user=OuterRef("pk"))))


def person_get(*, user: Visitor, person_id: int) -> User:
    """Raises Http404 for who is not there or not to be seen."""
    person = person_list(user=user).filter(pk=person_id).first()
    if person is None:
        raise Http404(_("There is no such person."))
    return person


def administers_portal(user: Visitor) -> bool:
    return isinstance(user, User) and user.is_active and user.is_superuser


def administers_people(user: Visitor) -> bool:
    """Whether there is anything on the page People for `user`."""
    return administers_portal(user) or site_list(user=user, least=Role.ADMINISTRATOR).exists()


def person_is_managed(*, user: Visitor, person: User) -> bool:
    """Whether `user` may do what concerns the whole account: disable it, give a new link, remove its second factor.

    For a site administrator only while all of the person's sites are theirs: a new link opens every site of an account.
    """
    if administers_portal(user):
        return True
    if person.is_superuser or not person_list(user=user).filter(pk=person.pk).exists():
        return False
    own = site_list(user=user, least=Role.ADMINISTRATOR)
    return not Membership.objects.filter(~Q(site__in=own), user=person).exists()


def person_manage_require(*, user: Visitor, person: User) -> None:
    """Raises PermissionDenied; for an account that is the caller's own, too: their own page is for that."""
    if not person_is_managed(user=user, person=person):
        message = _("%(name)s also has roles elsewhere: a portal administrator can do this.")
        raise PermissionDenied(message % {"name": person.username})
    if isinstance(user, User) and user.pk == person.pk:
        raise PermissionDenied(_("Nobody does this with their own account: another administrator can."))


def role_change_require(*, user: Visitor, person: User) -> None:
    """Raises PermissionDenied for one's own role: nobody shuts themselves out by a slip.

    An administrator of the portal has every site anyway.
    """
    if isinstance(user, User) and user.pk == person.pk and not administers_portal(user):
        raise PermissionDenied(_("Nobody changes their own role: another administrator can."))


def group_role_list(*, user: Visitor) -> QuerySet[GroupRole]:
    """What groups of the sign-in server mean: for portal administrators, none for others."""
    rows = GroupRole.objects.select_related("site") if administers_portal(user) else GroupRole.objects.none()
    return rows.order_by("group", "site__name", "pk")
