"""A site is named, and gets its time zone (SPEC 1, EXT-4)."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory

KEPT = {"media_days": "30"}


def address(site: Site) -> str:
    return reverse("site_edit", args=[site.pk])


def test_an_administrator_changes_name_and_time_zone(site: Site, owner: User, signed_in) -> None:
    """EXT-4: the cameras of the site are told; the overview says that it is saved."""
    camera, client = CameraFactory(site=site), signed_in(owner)
    assert 'value="Harbour"' in client.get(address(site)).content.decode()

    answer = client.post(address(site), {"name": "North quay", "time_zone": "Asia/Tokyo", **KEPT}, follow=True)

    site.refresh_from_db()
    assert (site.name, site.time_zone) == ("North quay", "Asia/Tokyo")
    assert Camera.objects.get(pk=camera.pk).version == camera.version + 1
    assert "Saved." in answer.content.decode()
    assert answer.redirect_chain == [(f"{reverse('overview')}?site={site.pk}", 302)]


def test_an_administrator_sets_the_policy_of_pictures(site: Site, owner: User, signed_in) -> None:
    """OPR-3: on and off again; the page shows what is stored."""
    client, typed = signed_in(owner), {"name": "Harbour", "time_zone": site.time_zone, **KEPT}

    client.post(address(site), {**typed, "blur_faces": "on"})
    assert Site.objects.get(pk=site.pk).blur_faces
    assert 'name="blur_faces" aria-describedby="blur_faces-help" checked' in client.get(address(site)).content.decode()
    client.post(address(site), typed)
    assert not Site.objects.get(pk=site.pk).blur_faces


def test_an_administrator_decides_whether_clips_are_kept(site: Site, owner: User, signed_in) -> None:
    """OPR-3: on unless switched off; every running camera of the site hears of it."""
    client, typed = signed_in(owner), {"name": "Harbour", "time_zone": site.time_zone, **KEPT}
    camera = CameraFactory(site=site)
    assert 'name="keep_clips" aria-describedby="keep_clips-help" checked' in client.get(address(site)).content.decode()

    client.post(address(site), typed)

    assert not Site.objects.get(pk=site.pk).keep_clips
    assert Camera.objects.get(pk=camera.pk).version == camera.version + 1
    assert 'aria-describedby="keep_clips-help" checked' not in client.get(address(site)).content.decode()


def test_an_administrator_sets_how_long_pictures_are_kept(site: Site, owner: User, signed_in) -> None:
    """SEC-7: 30 days unless set; the page shows what is stored."""
    client = signed_in(owner)
    assert 'name="media_days" value="30" min="1" max="732"' in client.get(address(site)).content.decode()

    client.post(address(site), {"name": "Harbour", "time_zone": site.time_zone, "media_days": "7"})

    assert Site.objects.get(pk=site.pk).media_days == 7
    assert 'name="media_days" value="7"' in client.get(address(site)).content.decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": ""}, "A site needs a name."),
        ({"time_zone": ""}, "A site needs a time zone"),
        ({"time_zone": "Mars/Base"}, "“Mars/Base” is not a time zone"),
        ({"name": "Elsewhere"}, "already exists"),
        ({"media_days": ""}, "Pictures are kept for 1 to 732 days."),
        ({"media_days": "0"}, "Pictures are kept for 1 to 732 days."),
        ({"media_days": "733"}, "Pictures are kept for 1 to 732 days."),
    ],
)
def test_a_mistake_is_told_and_keeps_what_was_typed(
    site: Site, owner: User, stranger: User, signed_in, *, facts: dict[str, str], words: str
) -> None:
    """SPEC 3: nothing is changed."""
    typed = {"name": "North quay", "time_zone": "Asia/Tokyo", **KEPT, **facts}

    answer = signed_in(owner).post(address(site), typed)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert all(f'value="{one}"' in text for one in typed.values())
    assert Site.objects.get(pk=site.pk).name == "Harbour"


def test_only_administrators_of_the_site_change_it(site: Site, stranger: User, signed_in) -> None:
    """SEC-1: a stranger's site does not exist; an operator has no link and is refused."""
    operator = signed_in(MembershipFactory(site=site, role=Role.OPERATOR).user)

    assert signed_in(stranger).get(address(site)).status_code == 404
    assert operator.get(address(site)).status_code == 403
    assert operator.post(address(site), {"name": "Mine", "time_zone": "UTC"}).status_code == 403
    assert address(site) not in operator.get(reverse("overview")).content.decode()
    assert Site.objects.get(pk=site.pk).name == "Harbour"


def test_the_overview_leads_there(site: Site, owner: User, signed_in) -> None:
    """UI: every function is found without a manual."""
    assert address(site) in signed_in(owner).get(reverse("overview")).content.decode()


def test_the_page_asks_a_few_times(
    site: Site, owner: User, signed_in, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Issue 4, figures: however many cameras the site has."""
    CameraFactory.create_batch(20, site=site)
    client = signed_in(owner)

    with django_assert_max_num_queries(9):
        client.get(address(site))
