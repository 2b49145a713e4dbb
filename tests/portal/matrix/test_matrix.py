"""SEC-1, API-4: every address of pages and API × everybody who may come; what is not in the table fails."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from cameras.models import Role
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create
from tests.factories import MembershipFactory, UserFactory
from tests.portal.matrix.bodies import GARBAGE, body_of, has_body
from tests.portal.matrix.routes import routes
from tests.portal.matrix.table import ABSENT, ELSEWHERE, ROLES, Level, listed
from tests.portal.matrix.world import World, world_make
from tests.streamed import read

KNOWN = {one.name: one for one in routes()}
READS = ("POST api_camera-try-on-history", "POST api_schedule-preview")  # change nothing, and `read` is enough
OWN = ("PUT api_alarm-sound",)  # for whoever may operate: the setting of one person
AS_POST = {  # Django's own views of forms take PUT as POST, and read nothing of it
    "PUT account_reauthenticate",
    "PUT mfa_reauthenticate",
    "PUT mfa_activate_totp",
    "PUT mfa_generate_recovery_codes",
}
BY_BODY = (Level.OPERATOR_BY_BODY, Level.ADMINISTRATOR_BY_BODY)
NOBODYS = 10**9  # added to an id, it is nobody's
OUTSIDE = ("visitor", "stranger", "elsewhere")
DOOR = ("public_counter", "public_counter_state")  # whoever has the address sees the count


@pytest.fixture
def ours(db: None) -> World:
    return world_make("Ours")


@pytest.fixture
def cast(ours: World, settings: Any) -> dict[str, User | None]:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS)
    theirs = world_make("Theirs").people["administrator"]
    portal = UserFactory(is_superuser=True)
    return {"visitor": None, "stranger": UserFactory(), "elsewhere": theirs, **ours.people, "portal": portal}


def offered() -> Iterator[str]:
    """What the API offers by itself; of a page, which does not say what it takes, that it is there."""
    for route in routes():
        view = resolve(route.url(World("", None, {}, _anything()))).func  # type: ignore[arg-type] # no site is needed
        actions = getattr(view, "actions", None)
        kind = getattr(view, "cls", None)
        if actions or kind:
            methods = actions or [name for name in kind.http_method_names if hasattr(kind, name)]
            yield from (f"{one.upper()} {route.name}" for one in methods if one not in ("head", "options"))
        else:
            yield route.name


def _anything() -> Any:
    class Anything(dict[str, Any]):
        def __missing__(self, name: str) -> object:
            return "00000000-0000-0000-0000-000000000001" if name in UUIDS else 1

    return Anything(kind="occupancy", tab="basic")


UUIDS = ("alarm", "notification", "job", "scan")


def test_no_address_is_forgotten() -> None:
    """SEC-1: a new one belongs into table.py, with its level."""
    table = {*listed(), *ELSEWHERE}
    names = {one.partition(" ")[2] for one in table}
    found = list(offered())

    assert sorted(one for one in found if one not in (table if " " in one else names)) == []
    assert sorted(names - set(KNOWN)) == []
    assert not set(listed()) & set(ELSEWHERE)


def ask(client: Client, place: str, world: World, body: str | None = None) -> HttpResponse:
    """What it changes is undone.    body: for the API; else one that fits, where bodies.py has one."""
    method, _, name = place.partition(" ")
    route = KNOWN[name]
    kind, headers = "application/x-www-form-urlencoded", {}
    if route.is_api:
        kind, headers = "application/json", {"If-Match": "*"}
        body = body_of(place, world.ids) if body is None else body
    with transaction.atomic():
        sent = body or "" if method != "GET" else ""
        answer = client.generic(method, route.url(world), sent, content_type=kind, headers=headers)
        transaction.set_rollback(True)
    return answer


def outcome(answer: HttpResponse, expected: str, name: str) -> str:
    """As table.py calls it; what is expected among several that it could be called."""
    status = answer.status_code
    if status == 401 or (status == 302 and answer.headers["Location"].startswith("/sign-in/")):
        return "asked"
    if expected == "unknown" and status in (400, 404):
        return "unknown"
    if status == 404 and not (expected == "in" and name in ABSENT):
        return "hidden"
    return "no" if status == 403 else "in" if status < 500 else "failed"


def text_of(answer: Any) -> str:
    return read(answer).decode(errors="replace")


def wrong(client: Client, places: Iterable[str], role: str, world: World) -> Iterator[str]:
    for place in places:
        name, expected = place.partition(" ")[2], listed()[place].outcome(role)
        answer = ask(client, place, world)
        found = outcome(answer, expected, name)
        fits = has_body(place, world) and name not in ABSENT
        if found != expected or (found == "in" and fits and answer.status_code >= 400):
            yield f"{place}: {expected} is expected, {found} was met ({answer.status_code})"
        if role in OUTSIDE and name not in DOOR and world.word in text_of(answer):
            yield f"{place}: tells {role} of the site"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_let_in_where_they_may_and_nowhere_else(role: str, ours: World, cast: Any, signed_in: Any) -> None:
    """SEC-1: and who is of another site is told nothing of this one."""
    assert list(wrong(signed_in(cast[role]), listed(), role, ours)) == []


@pytest.mark.parametrize("role", ROLES)
def test_rights_come_before_the_body(role: str, ours: World, cast: Any, signed_in: Any) -> None:
    """SEC-1: who is not let in is told the same, whatever they send; but for what only the body names."""
    client, table = signed_in(cast[role]), listed()
    shut = [one for one in table if has_body(one, ours) and table[one].outcome(role) not in ("in", "unknown")]
    shut = [one for one in shut if table[one] not in BY_BODY or role == "visitor"]

    for place in shut:
        found = outcome(ask(client, place, ours, GARBAGE), table[place].outcome(role), place.partition(" ")[2])
        assert (place, found) == (place, table[place].outcome(role))


@pytest.mark.parametrize("role", [one for one in ROLES if one not in ("visitor", "administrator", "portal")])
def test_what_a_body_names_is_as_if_it_were_not_there(role: str, ours: World, cast: Any, signed_in: Any) -> None:
    """SEC-1: the answer about a thing of the site is the one about a thing that nobody has."""
    client, table = signed_in(cast[role]), listed()
    nothing = {name: one + NOBODYS if isinstance(one, int) else one for name, one in ours.ids.items()}
    for place in [one for one in table if table[one].outcome(role) == "unknown"]:
        about_it, about_nothing = ask(client, place, ours), ask(client, place, ours, body_of(place, nothing))
        told = text_of(about_nothing)
        for one in ours.ids.values():
            told = told.replace(str(one + NOBODYS), str(one)) if isinstance(one, int) else told

        assert (place, about_it.status_code, text_of(about_it)) == (place, about_nothing.status_code, told)


def test_no_page_answers_a_method_that_it_does_not_take(ours: World, cast: Any, signed_in: Any) -> None:
    """SEC-3: not even to the administrator of the portal."""
    client, table = signed_in(cast["portal"]), {*listed(), *ELSEWHERE}
    pages = {one.partition(" ")[2] for one in listed()} - ABSENT
    pages = {one for one in pages if not KNOWN[one].is_api}
    asked = {f"{method} {one}" for method in ("GET", "POST", "PUT") for one in pages} - table - AS_POST
    found = {one: ask(client, one, ours).status_code for one in asked}

    assert {one: status for one, status in found.items() if status != 405} == {}


def api_places() -> list[str]:
    return [one for one in listed() if KNOWN[one.partition(" ")[2]].is_api and one != "GET api_docs"]


def test_for_a_token_of_other_sites_nothing_of_this_one_exists(ours: World, cast: Any, api: Any) -> None:
    """API-4: though its user administers both."""
    owner, theirs = UserFactory(), cast["elsewhere"].sites.get(name="Theirs site")
    for site in (ours.site, theirs):
        MembershipFactory(user=owner, site=site, role=Role.ADMINISTRATOR)
    _, text = token_create(user=owner, name="narrow", scope="configure", site_ids=[theirs.pk])
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}", HTTP_IF_MATCH="*")

    assert list(wrong(client, api_places(), "elsewhere", ours)) == []


@pytest.mark.parametrize("scope", [ApiToken.Scope.READ, ApiToken.Scope.OPERATE])
def test_a_token_changes_nothing_beyond_its_scope(scope: str, ours: World, cast: Any, api: Any) -> None:
    """API-4: 403 before anything else, for an administrator of the site."""
    enough = (Level.OPERATOR, Level.OPERATOR_BY_BODY) if scope == ApiToken.Scope.OPERATE else ()
    changes = [one for one in api_places() if not one.startswith("GET") and one not in READS]
    client = api(ours.people["administrator"], scope)
    let_in = [one for one in changes if ask(client, one, ours).status_code != 403]

    own = OWN if enough else ()
    assert sorted(let_in) == sorted(one for one in changes if listed()[one] in enough or one in own)
