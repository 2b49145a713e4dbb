"""The same done with many people, each for themselves: one who is refused stops no other (SEC-1, SEC-2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cameras.models import Membership, Role, Site
from cameras.people import person_manage_require, role_change_require
from cameras.selectors import role_require
from cameras.services.person import person_set_active, person_sign_out
from cameras.services.site import membership_remove, membership_set
from portal.accounts.models import User
from portal.common.bulk import each_for_itself


@dataclass(frozen=True, slots=True)
class PersonOutcome:
    """What became of one.    changed: False: it was so already, or `why` says what is in the way.

    before: the role that they had, empty for none; of no other step.
    """

    person: User
    changed: bool = False
    why: str = ""
    before: str = ""


def people_set_active(*, user: User, people: Iterable[User], active: bool) -> list[PersonOutcome]:
    """False: disabled; signed out at once, and their tokens open nothing."""

    def set_active(person: User) -> PersonOutcome:
        person_manage_require(user=user, person=person)
        if person.is_active == active:
            return PersonOutcome(person)
        person_set_active(person=person, active=active)
        return PersonOutcome(person, changed=True)

    return _each(people, set_active)


def people_sign_out(*, user: User, people: Iterable[User]) -> list[PersonOutcome]:
    """Every session of theirs ends."""

    def sign_out(person: User) -> PersonOutcome:
        person_manage_require(user=user, person=person)
        return PersonOutcome(person, changed=person_sign_out(user=user, person=person) > 0)

    return _each(people, sign_out)


def people_set_role(*, user: User, site: Site, roles: Mapping[User, Role | None]) -> list[PersonOutcome]:
    """roles: what each is on the site from now on; None: nothing. Takes the role administrator there."""
    role_require(user, site, Role.ADMINISTRATOR)

    def set_role(person: User) -> PersonOutcome:
        role_change_require(user=user, person=person)
        found = Membership.objects.filter(site=site, user=person).first()
        before, wanted = found.role if found else "", roles[person]
        if before == (wanted or ""):
            return PersonOutcome(person, before=before)
        if wanted is None:
            membership_remove(site=site, user=person)
        else:
            membership_set(site=site, user=person, role=wanted)
        return PersonOutcome(person, changed=True, before=before)

    return _each(roles, set_role)


def _each(people: Iterable[User], step: Callable[[User], PersonOutcome]) -> list[PersonOutcome]:
    wanted = list(people)
    outcomes = each_for_itself(wanted, lambda person: (200, step(person)))
    return [
        one.result or PersonOutcome(person, why=(one.problem or {})["detail"])
        for person, one in zip(wanted, outcomes, strict=True)
    ]
