"""The table of people (UI 1): which ones, in which order, and as CSV. Everything it asks for is in the address."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.models import Membership
from cameras.onboarding.table import guarded
from portal.accounts.models import User

STATES = {
    "active": gettext_lazy("Active"),
    "invited": gettext_lazy("Invited"),
    "disabled": gettext_lazy("Disabled"),
}
COLUMNS = ("User", "FirstName", "LastName", "Email", "State", "Portal", "Roles", "SecondFactor", "LastSignIn")
_ORDERS = {
    "name": F("username").asc(),
    "-name": F("username").desc(),
    "last": F("last_login").desc(nulls_last=True),
    "-last": F("last_login").asc(nulls_first=True),
}
_INVITED = Q(last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it cannot mean is left out. state: of STATES.    sort: of _ORDERS."""

    q: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        state, sort = query.get("state", ""), query.get("sort", "")
        return cls(
            q=query.get("q", "").replace("\x00", "").strip(),
            state=state if state in STATES else "",
            sort=sort if sort in _ORDERS else "",
        )

    @property
    def narrows(self) -> bool:
        """Whether it leaves people out."""
        return bool(self.q or self.state)

    def rows(self, people: QuerySet[User]) -> QuerySet[User]:
        """Every word of `q` in a name or the mail address; with `second_factor` on each."""
        for word in self.q.split():
            names = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            people = people.filter(names | Q(username__icontains=word))
        if self.state:
            invited = people.filter(_INVITED, is_active=True)
            active = people.filter(~_INVITED, is_active=True)
            people = {"invited": invited, "active": active, "disabled": people.filter(is_active=False)}[self.state]
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return people.annotate(second_factor=Exists(factor)).order_by(_ORDERS[self.sort or "name"], "pk")


def state_of(person: User) -> str:
    """Of STATES. Invited: the link was not taken up yet."""
    if not person.is_active:
        return "disabled"
    return "invited" if person.last_login is None and not person.has_usable_password() else "active"


def people_lines(people: Iterable[User]) -> Iterator[str]:
    """As CSV, instants in UTC. Texts that a spreadsheet would take for a formula are guarded."""
    yield _line(COLUMNS)
    for person in people:
        yield _line([guarded(cell) for cell in _cells(person)])


def _cells(person: User) -> list[str]:
    seen: list[Membership] = person.memberships_seen  # type: ignore[attr-defined]  # of person_list
    roles = "; ".join(f"{one.site.name}: {one.role}" for one in seen)
    names = [person.username, person.first_name, person.last_name, person.email, state_of(person)]
    factor = _("yes") if person.second_factor else _("no")  # type: ignore[attr-defined]  # of Asked.rows
    portal = _("yes") if person.is_superuser else _("no")
    return [*names, portal, roles, factor, person.last_login.isoformat() if person.last_login else ""]


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
