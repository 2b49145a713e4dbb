"""Counts for screens at doors: made, shown, revoked (DASH-4)."""

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analytics.models import PublicCounter
from analytics.services.public_counter import public_counter_create
from cameras.models import Camera, Role, Site
from cameras.services.move import cameras_move
from portal.accounts.models import User
from portal.common.redact import redact
from tests.factories import CameraFactory, MembershipFactory, SiteFactory
from tests.states import area_state, state_write

pytestmark = pytest.mark.usefixtures("valkey")


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("Hall", "Stairs")]


@pytest.fixture(autouse=True)
def nobody_came_before() -> None:
    cache.clear()


def made(owner: User, site: Site, cameras: list[Camera], **more: Any) -> str:
    """A counter over area 1 of these cameras; the address of its screen."""
    areas = [(camera.pk, 1) for camera in cameras]
    facts = {"name": "Reading room", "areas": areas, "full_at": 10, **more}
    _, token = public_counter_create(user=owner, site=site, **facts)
    return reverse("public_counter", args=[token])


def state(address: str) -> dict[str, Any]:
    answer = Client().get(f"{address}state.json")
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize(
    ("counts", "how", "count", "level"),
    [((3, 4), "sum", 7, "free"), ((4, 4), "sum", 8, "busy"), ((9, 4), "sum", 13, "full"), ((9, 4), "max", 9, "busy")],
)
def test_a_visitor_sees_one_number_and_a_light(
    site: Site, owner: User, cameras: list[Camera], *, counts: tuple[int, int], how: str, count: int, level: str
) -> None:
    """DASH-4: sum of areas or the fullest; amber from four fifths of the limit; nobody has to sign in."""
    address = made(owner, site, cameras, how=how)
    for camera, number in zip(cameras, counts, strict=True):
        state_write(camera, areas=[area_state(count=number)])

    expected = {"name": "Reading room", "count": count, "full_at": 10, "level": level, "quality": "live"}
    assert state(address) == expected | {"simulated": True}
    page = Client().get(address).content.decode()
    assert f">{count}<" in page
    assert 'data-field="simulated">Simulated people' in page
    assert "Hall" not in page
    assert "Harbour" not in page


@pytest.mark.parametrize("lost", ["no state", "old state", "off", "no count", "removed", "moved"])
def test_a_number_that_nobody_knows_is_not_shown(site: Site, owner: User, cameras: list[Camera], lost: str) -> None:
    """CNT-6: one camera of two is unknown, so the sum is."""
    hall, stairs = cameras
    address = made(owner, site, cameras)
    state_write(hall)
    if lost == "old state":
        state_write(stairs, last_frame_at=time.time() - 31)
    if lost in ("off", "no count"):
        state_write(stairs, areas=[area_state(status=lost != "off", count=None)])
    if lost in ("removed", "moved"):
        state_write(stairs)
    if lost == "removed":
        stairs.delete()
    if lost == "moved":
        cameras_move(cameras=[stairs], site=SiteFactory())

    assert state(address)["count"] is None
    assert state(address)["level"] == "unknown"


def test_a_camera_that_was_moved_is_named_as_gone_and_comes_back_with_it(
    site: Site, owner: User, cameras: list[Camera], signed_in
) -> None:
    """DASH-4, SEC-1: who may see this site need not see the other one; not even that its people are simulated."""
    address, words = made(owner, site, cameras, how="max"), "removed, or moved to another site"
    for camera in cameras:
        state_write(camera)
    assert words not in signed_in(owner).get(reverse("public_counters")).content.decode()
    cameras_move(cameras=cameras, site=SiteFactory())

    shown = state(address)
    assert (shown["count"], shown["quality"], shown["simulated"]) == (None, "unknown", False)
    assert words in signed_in(owner).get(reverse("public_counters")).content.decode()
    cameras_move(cameras=cameras, site=site)
    assert state(address)["count"] is not None


def test_a_late_area_makes_the_number_limited(site: Site, owner: User, cameras: list[Camera]) -> None:
    """DASH-6, CNT-6."""
    address = made(owner, site, cameras)
    state_write(cameras[0])
    state_write(cameras[1], last_frame_at=time.time() - 6)

    assert (state(address)["count"], state(address)["quality"]) == (6, "limited")


def test_while_the_key_value_server_is_away_the_screen_says_so(
    site: Site, owner: User, cameras: list[Camera], settings
) -> None:
    """DASH-4, SPEC 15: a screen without a number rather than an error page."""
    address = made(owner, site, cameras)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert state(address)["level"] == "unknown"


def test_an_address_that_was_revoked_or_has_expired_shows_nothing(
    site: Site, owner: User, cameras: list[Camera], signed_in
) -> None:
    """DASH-4: revocable; the list says which are open."""
    address, other = made(owner, site, cameras), made(owner, site, cameras, name="Foyer")
    counter, foyer = PublicCounter.objects.order_by("pk")
    signed_in(owner).post(reverse("public_counter_revoke", args=[counter.pk]))
    PublicCounter.objects.filter(pk=foyer.pk).update(expires_at="2026-01-01T00:00:00Z")

    for gone in (address, f"{address}state.json", other, reverse("public_counter", args=["made-up"])):
        assert Client().get(gone).status_code == 404
    page = signed_in(owner).get(reverse("public_counters")).content.decode()
    assert "Revoked" in page
    assert "Expired" in page


def test_the_address_is_told_once_and_kept_back_everywhere(
    site: Site, owner: User, cameras: list[Camera], signed_in
) -> None:
    """DASH-4, SEC-2: only its hash is stored; logs, caches, links and search engines do not get it."""
    client = signed_in(owner)
    asked = {"name": "Foyer", "areas": [f"{cameras[0].pk}.1"], "how": "sum", "full_at": "20"}
    page = client.post(reverse("public_counter_add", args=[site.pk]), asked).content.decode()
    token = page.split("/public/")[1].split("/")[0]
    counter = PublicCounter.objects.get(name="Foyer")

    assert (counter.busy_at, counter.full_at, counter.made_by) == (16, 20, owner)
    assert token not in str(list(PublicCounter.objects.values()))
    assert token not in client.get(reverse("public_counters")).content.decode()
    assert token not in redact(f'request="GET /public/{token}/state.json"')
    answer = Client().get(reverse("public_counter", args=[token]))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"full_at": "41"}, "Red from must be 1 to 40, not 41."),
        ({"full_at": "10", "busy_at": "11"}, "Amber from must be 1 to 10, not 11."),
        ({"areas": []}, "Choose at least one area."),
        ({"areas": ["999.1"]}, "999.1"),
        ({"name": ""}, "A counter needs a name"),
    ],
)
def test_a_mistake_is_told_and_keeps_what_was_typed(
    site: Site, owner: User, cameras: list[Camera], signed_in, *, wrong: dict[str, Any], words: str
) -> None:
    """DASH-4: nothing is made."""
    asked = {"name": "Foyer", "areas": [f"{cameras[0].pk}.1"], "how": "sum", "full_at": "20", **wrong}
    answer = signed_in(owner).post(reverse("public_counter_add", args=[site.pk]), asked)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PublicCounter.objects.exists()


def test_only_administrators_of_the_site_have_to_do_with_them(
    site: Site, owner: User, stranger: User, cameras: list[Camera], *, signed_in, api
) -> None:
    """SEC-1: an operator is refused, a stranger is told that there is nothing."""
    made(owner, site, cameras)
    counter, operator = PublicCounter.objects.get(), MembershipFactory(site=site, role=Role.OPERATOR).user
    add, revoke = reverse("public_counter_add", args=[site.pk]), reverse("public_counter_revoke", args=[counter.pk])

    assert signed_in(stranger).get(add).status_code == 404
    assert signed_in(operator).get(add).status_code == 403
    for other in (stranger, operator):
        assert signed_in(other).post(revoke).status_code == 404
        assert "Reading room" not in signed_in(other).get(reverse("public_counters")).content.decode()
        assert api(other, "configure").delete(f"/api/v1/public-counters/{counter.pk}/").status_code == 404
    with pytest.raises(ValidationError, match="no area 1"):
        public_counter_create(
            user=stranger, site=stranger.sites.get(), name="Mine", areas=[(cameras[0].pk, 1)], full_at=5
        )
    counter.refresh_from_db()
    assert counter.open


def test_a_program_makes_and_revokes_them(site: Site, owner: User, cameras: list[Camera], api) -> None:
    """API-1, DASH-4: the address is in the answer of its making only."""
    program, url = api(owner, "configure"), "/api/v1/public-counters/"
    asked = {"site": site.pk, "name": "Foyer", "areas": [{"camera": cameras[0].pk, "area": 1}], "full_at": 20}
    answer = program.post(url, asked, format="json")
    assert answer.status_code == 201, answer.content
    address = answer.json()["address"]
    assert Client().get(address).status_code == 200

    (row,) = program.get(url).json()["results"]
    assert row == {name: value for name, value in answer.json().items() if name != "address"}
    assert program.delete(f"{url}{row['id']}/").status_code == 204
    assert Client().get(address).status_code == 404
    for wrong in ({"site": 999}, {"full_at": 41}, {"areas": [{"camera": 999, "area": 1}]}, {"colour": "red"}):
        assert program.post(url, asked | wrong, format="json").status_code == 400


def test_a_screen_costs_two_queries(
    site: Site, owner: User, cameras: list[Camera], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """DASH-4: however many areas."""
    address = made(owner, site, cameras)
    with django_assert_num_queries(2):
        Client().get(f"{address}state.json")


def test_who_asks_too_often_is_told_to_wait(site: Site, owner: User, cameras: list[Camera], monkeypatch) -> None:
    """DASH-4: an address that anybody has must not be a way to wear the portal out."""
    monkeypatch.setattr("portal.dashboard.views.public_screen.VisitorThrottle.rate", "3/min")
    address = made(owner, site, cameras)

    answers = [Client().get(f"{address}state.json") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
