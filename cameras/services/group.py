"""Groups of the sign-in server: what they mean, and their people given exactly that (SEC-8)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from cameras.models import GroupRole, Membership, Role, Site
from cameras.services.person import person_set_administrator
from cameras.services.site import membership_set
from portal.accounts.models import User

_ORDER = list(Role)


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody may do by their groups. roles: by the id of the site, the highest of all their groups."""

    administrator: bool = False
    roles: dict[int, Role] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.administrator or bool(self.roles)


def group_role_set(*, group: str, site: Site | None, role: Role | str = Role.ADMINISTRATOR) -> GroupRole:
    """What the group means on the site, in place of what it meant; without a site: portal administrators.

    It holds from the next sign-in of each person. Raises ValidationError for an empty group or no role.
    """
    row = GroupRole.objects.filter(group=group.strip(), site=site).first() or GroupRole(group=group.strip(), site=site)
    row.role = role
    row.full_clean()
    row.save()
    return row


def group_role_remove(*, group_role: GroupRole) -> None:
    """It holds from the next sign-in of each person."""
    group_role.delete()


def grant_of(*, groups: Iterable[str]) -> Grant:
    """What these groups together mean."""
    roles: dict[int, Role] = {}
    rows = list(GroupRole.objects.filter(group__in=set(groups)))
    for row in rows:
        if row.site_id is not None:
            roles[row.site_id] = max(Role(row.role), roles.get(row.site_id, Role.VIEWER), key=_ORDER.index)
    return Grant(any(row.site_id is None for row in rows), roles)


@transaction.atomic
def grant_apply(*, person: User, grant: Grant) -> None:
    """The person has these roles and no other, also where others were given by hand. Raises LastAdministratorError."""
    Membership.objects.filter(user=person).exclude(site__in=grant.roles).delete()
    for site in Site.objects.filter(pk__in=grant.roles):
        membership_set(site=site, user=person, role=grant.roles[site.pk])
    if person.is_superuser != grant.administrator:
        person_set_administrator(person=person, administrator=grant.administrator)
