"""Combined areas on the pages: made, changed, removed, shown (DASH-6)."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analytics.models import CombinedArea, PublicCounter
from analytics.services.combined_area import combined_area_create
from cameras.models import Camera, Role, Site
from cameras.services.move import cameras_move
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory, SiteFactory
from tests.states import area_state, state_write

pytestmark = pytest.mark.usefixtures("valkey")


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("Hall", "Stairs")]


@pytest.fixture
def halls(owner: User, site: Site, cameras: list[Camera]) -> CombinedArea:
    areas = [(camera.pk, 1) for camera in cameras]
    return combined_area_create(user=owner, site=site, settings={"name": "Both halls"}, areas=areas)


def typed(cameras: list[Camera], **more: Any) -> dict[str, Any]:
    """As the form sends its defaults: switches that are off are left out."""
    return {
        "areas": [f"{camera.pk}.1" for camera in cameras],
        "config.name": "Both halls",
        "config.status": "on",
        "config.how": "sum",
        "config.count_threshold": "12",
        "config.time_s": "7.5",
        "config.reset_percentage": "80",
        "config.pause_reset_s": "5",
        "config.alarm_notification": "on",
        "config.notification_operation": "periodic",
        "config.deactivation_s": "5",
        **more,
    }


def test_an_administrator_makes_one_and_finds_it_on_the_page_of_the_site(
    site: Site, owner: User, cameras: list[Camera], signed_in
) -> None:
    """DASH-6: with its figure, and what it is made of."""
    client = signed_in(owner)
    form = client.get(reverse("combined_area_add", args=[site.pk])).content.decode()
    assert form.count('name="areas"') == 2
    for camera in cameras:
        state_write(camera, areas=[area_state(count=4)])
    answer = client.post(reverse("combined_area_add", args=[site.pk]), typed(cameras), follow=True)

    assert answer.redirect_chain == [(reverse("site", args=[site.pk]), 302)]
    made = CombinedArea.objects.get()
    assert (made.whole.count_threshold, made.whole.time_s, made.whole.notify_below_threshold) == (12, 7.5, False)
    page = answer.content.decode()
    assert "Hall · Area 1 + Stairs · Area 1" in page
    assert '<strong data-field="count">8</strong>' in page
    assert reverse("combined_area", args=[made.pk]) in page


def test_a_change_is_saved_with_everything_that_was_typed(
    owner: User, cameras: list[Camera], halls: CombinedArea, signed_in
) -> None:
    """DASH-6: other areas, off, another name."""
    more = CameraFactory(site=halls.site, name="Yard")
    change = typed([cameras[0], more], **{"config.name": "Hall and yard", "config.how": "max"})
    del change["config.status"]
    signed_in(owner).post(reverse("combined_area", args=[halls.pk]), change)

    halls.refresh_from_db()
    assert (halls.name, halls.whole.status, halls.whole.how) == ("Hall and yard", False, "max")
    assert {part.camera for part in halls.parts.all()} == {cameras[0], more}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"config.count_threshold": "81"}, "Count threshold must be 1 to 80, not 81."),
        ({"config.count_threshold": "many"}, "Count threshold must be 1 to 4000, not &quot;many&quot;."),
        ({"config.name": ""}, "Name must be a text of 1 to 20 characters"),
        ({"areas": []}, "Choose 2 to 100 areas."),
        ({"areas": ["999.1", "998.1", "x"]}, "Choose 2 to 100 areas."),
    ],
)
def test_a_mistake_is_told_and_keeps_what_was_typed(
    site: Site, owner: User, cameras: list[Camera], signed_in, *, wrong: dict[str, Any], words: str
) -> None:
    """DASH-6: nothing is made; the sentence stands at its field."""
    answer = signed_in(owner).post(reverse("combined_area_add", args=[site.pk]), typed(cameras, **wrong))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="7.5"' in page
    assert not CombinedArea.objects.exists()


def test_who_only_looks_sees_it_and_changes_nothing(
    site: Site, colleague: User, stranger: User, halls: CombinedArea, signed_in
) -> None:
    """SEC-1: no link for a viewer, a refusal for an operator, nothing there for a stranger."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user
    own, remove = reverse("combined_area", args=[halls.pk]), reverse("combined_area_remove", args=[halls.pk])
    add = reverse("combined_area_add", args=[site.pk])
    page = signed_in(colleague).get(reverse("site", args=[site.pk])).content.decode()
    assert "Both halls" in page
    assert own not in page
    for user, status in ((colleague, 403), (operator, 403), (stranger, 404)):
        client = signed_in(user)
        codes = {client.get(own).status_code, client.get(add).status_code, client.post(remove).status_code}
        assert codes == {status}
    assert CombinedArea.objects.filter(pk=halls.pk).exists()


def test_a_camera_that_was_moved_is_not_named_any_more(
    site: Site, owner: User, colleague: User, cameras: list[Camera], halls: CombinedArea, *, signed_in
) -> None:
    """DASH-6, SEC-1: who may see this site need not see the other one; the form says that one is gone."""
    page, form = reverse("site", args=[site.pk]), reverse("combined_area", args=[halls.pk])
    assert "Hall · Area 1 + Stairs · Area 1" in signed_in(colleague).get(page).content.decode()
    cameras_move(cameras=cameras[1:], site=SiteFactory())

    shown = signed_in(colleague).get(page).content.decode()
    assert "Hall · Area 1 + a camera that was removed or moved" in shown
    assert "Stairs" not in shown
    assert "The camera of 1 of its areas was removed, or moved" in signed_in(owner).get(form).content.decode()


def test_removing_it_keeps_its_alarms(owner: User, site: Site, halls: CombinedArea, signed_in) -> None:
    """DASH-6: the one that went on is over; list and panel show it as before, without a camera to go to."""
    facts = {"combined": halls, "area_number": 0, "area_name": halls.name, "simulated": False}
    alarm = AlarmFactory(camera=None, site=site, camera_name="Hall, Stairs", **facts)
    client = signed_in(owner)
    client.post(reverse("combined_area_remove", args=[halls.pk]))

    alarm.refresh_from_db()
    assert (alarm.ended_at is not None, alarm.end_reason) == (True, "status off")
    assert "Both halls" in client.get(reverse("alarms")).content.decode()
    panel = client.get(reverse("alarm", args=[alarm.pk])).content.decode()
    assert "Hall, Stairs" in panel
    assert client.get(reverse("alarm_why", args=[alarm.pk])).content == b""


def test_a_public_counter_is_made_with_one(site: Site, owner: User, halls: CombinedArea, signed_in) -> None:
    """DASH-4, DASH-6: it stands among the areas of the form."""
    client, add = signed_in(owner), reverse("public_counter_add", args=[site.pk])
    assert f'value="c{halls.pk}"' in client.get(add).content.decode()
    client.post(add, {"name": "Door", "areas": [f"c{halls.pk}"], "how": "sum", "full_at": "20"})

    assert [one.combined for one in PublicCounter.objects.get().areas.all()] == [halls]


def test_while_the_key_value_server_is_away_no_figure_is_shown(
    site: Site, owner: User, halls: CombinedArea, signed_in, settings
) -> None:
    """SPEC 15, CNT-6."""
    client = signed_in(owner)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    page = client.get(reverse("site", args=[site.pk])).content.decode()

    assert f'data-combined="{halls.pk}" data-quality="unknown"' in page


def test_many_of_them_cost_the_page_no_more_queries(
    site: Site,
    owner: User,
    cameras: list[Camera],
    *,
    signed_in,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        areas, settings = [(camera.pk, 1) for camera in cameras], {"name": f"Halls {number}"}
        combined_area_create(user=owner, site=site, settings=settings, areas=areas)
    client, page = signed_in(owner), reverse("site", args=[site.pk])
    client.get(page)

    with django_assert_max_num_queries(24):
        assert client.get(page).content.decode().count("data-combined=") == 20
