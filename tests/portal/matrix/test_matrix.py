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
from tests.portal.matrix.bodies import body_of
from tests.portal.matrix.routes import routes
from tests.portal.matrix.table import ABSENT, ELSEWHERE, ROLES, Level, listed
from tests.portal.matrix.world import World, world_make
from tests.streamed import read

KNOWN = {one.name: one for one in routes()}
READS = ("POST api_camera-try-on-history", "POST api_schedule-preview")  # change nothing, and `read` is enough
OWN = ("PUT api_alarm-sound",)  # for whoever may operate: the setting of one person
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


def ask(client: Client, place: str, world: World) -> HttpResponse:
    """What it changes is undone."""
    method, _, name = place.partition(" ")
    route = KNOWN[name]
    kind, headers = "application/x-www-form-urlencoded", {}
    if route.is_api:
        kind, headers = "application/json", {"If-Match": "*"}
    with transaction.atomic():
        body = body_of(place, world) if route.is_api and method != "GET" else ""
        answer = client.generic(method, route.url(world), body, content_type=kind, headers=headers)
        transaction.set_rollback(True)
    return answer


def outcome(answer: HttpResponse, expected: str, name: str) -> str:
    """As table.py calls it; what is expected among several that it could be called."""
    status = answer.status_code
    if status == 401 or (status == 302 and answer.headers["Location"].startswith("/sign-in/")):
        return "asked"
    if expected == "refused" and 400 <= status < 500:
        return "refused"
    if status == 404 and not (expected == "in" and name in ABSENT):
        return "hidden"
    return "no" if status == 403 else "in" if status < 500 else "failed"


def text_of(answer: Any) -> str:
    return read(answer).decode(errors="replace")


def wrong(client: Client, places: Iterable[str], role: str, world: World) -> Iterator[str]:
    for place in places:
        name, expected = place.partition(" ")[2], listed()[place].outcome(role)
        answer = ask(client, place, world)
        if (found := outcome(answer, expected, name)) != expected:
            yield f"{place}: {expected} is expected, {found} was met ({answer.status_code})"
        if role in OUTSIDE and name not in DOOR and world.word in text_of(answer):
            yield f"{place}: tells {role} of the site"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_let_in_where_they_may_and_nowhere_else(role: str, ours: World, cast: Any, signed_in: Any) -> None:
    """SEC-1: and who is of another site is told nothing of this one."""
    assert list(wrong(signed_in(cast[role]), listed(), role, ours)) == []


def api_places() -> list[str]:
    return [one for one in listed() if KNOWN[one.partition(" ")[2]].is_api and one != "GET api_docs"]


def test_for_a_token_of_other_sites_nothing_of_this_one_exists(ours: World, cast: Any, api: Any) -> None:
    """API-4: though its user administers both."""
    owner, theirs = UserFactory(), cast["elsewhere"].sites.get()
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
