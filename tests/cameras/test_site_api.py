"""Sites in the API: read, and their time zone changed."""

import pytest

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, SiteFactory, UserFactory

SITES = "/api/v1/sites/"


def test_a_caller_sees_the_sites_of_its_user(site: Site, colleague: User, stranger: User, api) -> None:
    """API-1, SEC-1: another site's is not there; a visitor is asked who they are."""
    policy = {"blur_faces": False, "keep_clips": True, "media_days": 30}
    expected = {"id": site.pk, "name": "Harbour", "time_zone": site.time_zone, **policy}
    assert api(colleague).get(SITES).json()["results"] == [expected]
    assert api(colleague).get(f"{SITES}{site.pk}/").json() == expected

    assert [one["name"] for one in api(stranger).get(SITES).json()["results"]] == ["Elsewhere"]
    assert api(stranger).get(f"{SITES}{site.pk}/").status_code == 404
    assert api().get(SITES).status_code == 401


def test_an_administrator_changes_the_time_zone(site: Site, owner: User, api) -> None:
    """EXT-4, EXT-7: the cameras of the site are told; what is left out stays."""
    camera = CameraFactory(site=site)

    answer = api(owner, "configure").patch(f"{SITES}{site.pk}/", {"time_zone": "Asia/Tokyo"}, format="json")

    assert (answer.json()["name"], answer.json()["time_zone"]) == ("Harbour", "Asia/Tokyo")
    assert Camera.objects.get(pk=camera.pk).version == camera.version + 1


def test_an_administrator_sets_the_policy_of_pictures(site: Site, owner: User, api) -> None:
    """OPR-3: the workers of the site's cameras are told."""
    camera = CameraFactory(site=site)

    answer = api(owner, "configure").patch(f"{SITES}{site.pk}/", {"blur_faces": True}, format="json")

    assert (answer.status_code, answer.json()["blur_faces"]) == (200, True)
    assert Camera.objects.get(pk=camera.pk).version == camera.version + 1


def test_an_administrator_sets_how_long_pictures_are_kept(site: Site, owner: User, api) -> None:
    """SEC-7: no worker has to look again."""
    camera = CameraFactory(site=site)

    answer = api(owner, "configure").patch(f"{SITES}{site.pk}/", {"media_days": 732}, format="json")

    assert (answer.status_code, answer.json()["media_days"]) == (200, 732)
    assert Camera.objects.get(pk=camera.pk).version == camera.version


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"name": ""}, "name"),
        ({"name": "Elsewhere"}, "name"),
        ({"zone": "UTC"}, "zone"),
        ({"blur_faces": "sometimes"}, "blur_faces"),
        ({"media_days": 0}, "media_days"),
        ({"media_days": 733}, "media_days"),
        ({"media_days": None}, "media_days"),
    ],
)
def test_what_does_not_fit_is_named(
    site: Site, owner: User, stranger: User, api, *, body: dict[str, object], path: str
) -> None:
    """SPEC 15: problem details by path; nothing is changed."""
    answer = api(owner, "configure").patch(f"{SITES}{site.pk}/", body, format="json")

    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["errors"]] == [path]
    assert Site.objects.get(pk=site.pk).name == "Harbour"


def test_others_change_nothing(site: Site, owner: User, stranger: User, api) -> None:
    """SEC-1, API-4: a stranger finds nothing, an operator is refused, and so is a token that only reads."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user

    for user, scope, status in ((stranger, "configure", 404), (operator, "configure", 403), (owner, "read", 403)):
        answer = api(user, scope).patch(f"{SITES}{site.pk}/", {"name": "Mine"}, format="json")
        assert answer.status_code == status
    assert Site.objects.get(pk=site.pk).name == "Harbour"


@pytest.mark.parametrize("sites", [1, 20])
def test_a_list_asks_as_often_for_many(sites: int, owner: User, api, django_assert_max_num_queries) -> None:
    """STYLE 10."""
    for site in SiteFactory.create_batch(sites):
        MembershipFactory(site=site, user=owner, role=Role.VIEWER)
    client = api(owner)

    with django_assert_max_num_queries(4):
        assert len(client.get(SITES).json()["results"]) == sites + 1


def test_a_site_is_added_and_removed(api, site: Site) -> None:
    """API-1: by an administrator of the portal; removed when nothing is on it any more."""
    client = api(UserFactory(is_superuser=True), "configure")
    made = client.post(SITES, {"name": "Quay", "time_zone": "Asia/Tokyo", "media_days": 7}, format="json")
    camera = CameraFactory(site=Site.objects.get(name="Quay"))
    place = f"{SITES}{made.json()['id']}/"
    refused = client.delete(place)
    camera.delete()

    assert (made.status_code, made.json()["time_zone"], made.json()["media_days"]) == (201, "Asia/Tokyo", 7)
    assert (refused.status_code, refused.json()["cameras"]) == (409, 1)
    assert (client.delete(place).status_code, client.delete(place).status_code) == (204, 404)


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "Harbour"}, {"name": "Quay", "time_zone": "Nowhere"}])
def test_what_is_no_site_is_refused(api, site: Site, body: dict[str, str]) -> None:
    """API-1: a name that is taken too; nothing is added."""
    answer = api(UserFactory(is_superuser=True), "configure").post(SITES, body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert Site.objects.count() == 1


def test_only_administrators_of_the_portal_add_and_remove_sites(api, site: Site, owner: User, stranger: User) -> None:
    """SEC-1: the administrator of a site changes it, and no more."""
    for user, status in ((owner, 403), (stranger, 404)):
        assert api(user, "configure").delete(f"{SITES}{site.pk}/").status_code == status
        assert api(user, "configure").post(SITES, {"name": "Mine"}, format="json").status_code == 403
    assert set(Site.objects.values_list("name", flat=True)) == {"Harbour", "Elsewhere"}


def test_sites_are_searched_and_put_in_order(api, site: Site) -> None:
    """API-1: by a part of the name, rising and falling; an order that there is not is named."""
    SiteFactory(name="Airport")
    client = api(UserFactory(is_superuser=True))

    assert [one["name"] for one in client.get(f"{SITES}?search=PORT").json()["results"]] == ["Airport"]
    assert [one["name"] for one in client.get(f"{SITES}?order=-name").json()["results"]] == ["Harbour", "Airport"]
    assert client.get(f"{SITES}?order=colour").json()["errors"][0]["path"] == "order"
