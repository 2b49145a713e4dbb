"""Sites in the API: read, and their time zone changed."""

import pytest

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, SiteFactory

SITES = "/api/v1/sites/"


def test_a_caller_sees_the_sites_of_its_user(site: Site, colleague: User, stranger: User, api) -> None:
    """API-1, SEC-1: another site's is not there; a visitor is asked who they are."""
    expected = {"id": site.pk, "name": "Harbour", "time_zone": site.time_zone, "blur_faces": False, "media_days": 30}
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
