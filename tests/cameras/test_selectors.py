"""SEC-1: what somebody may not see does not exist for them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from cameras.models import Camera, Role, Site
from cameras.selectors import camera_get, camera_list, extension_list, role_on, role_reaches, role_require, site_list
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, SiteFactory, UserFactory


def test_everybody_sees_their_own_sites(site: Site, owner: User, colleague: User, stranger: User) -> None:
    """SEC-1: members, the portal administrator, a visitor, and somebody who was shut out."""
    shut_out = MembershipFactory(site=site, user__is_active=False).user

    assert list(site_list(user=owner)) == [site]
    assert list(site_list(user=colleague)) == [site]
    assert site not in site_list(user=stranger)
    assert set(site_list(user=UserFactory(is_superuser=True))) == set(Site.objects.all())
    assert not site_list(user=AnonymousUser())
    assert not site_list(user=shut_out)


def test_cameras_and_extensions_follow_their_site(site: Site, owner: User, stranger: User) -> None:
    """SEC-1: each once, however many members a site has."""
    camera = CameraFactory(site=site)
    MembershipFactory.create_batch(3, site=site)

    assert list(camera_list(user=owner)) == [camera]
    assert [one.camera for one in extension_list(user=owner)] == [camera]
    assert not camera_list(user=stranger)
    assert not extension_list(user=stranger)
    with pytest.raises(Http404):
        camera_get(user=stranger, camera_id=camera.pk)


def test_a_list_of_cameras_leaves_the_secrets_in_the_database(site: Site, owner: User) -> None:
    """CAM-1: what is not loaded cannot leak, and a lost key does not break the overview."""
    CameraFactory(site=site, username="admin", password="s3cret")
    camera = camera_list(user=owner).get()

    assert camera.get_deferred_fields() == {"username", "password"}
    assert extension_list(user=owner).get().camera.get_deferred_fields() == {"username", "password"}


def test_the_role_is_the_one_on_that_site(site: Site, owner: User, colleague: User, stranger: User) -> None:
    """SEC-1: administrator elsewhere is nothing here."""
    assert role_on(owner, site) is Role.ADMINISTRATOR
    assert role_on(colleague, site.pk) is Role.VIEWER
    assert role_on(stranger, site) is None
    assert role_on(AnonymousUser(), site) is None
    assert role_on(UserFactory(is_superuser=True), SiteFactory()) is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("held", "reached"),
    [(Role.VIEWER, {Role.VIEWER}), (Role.OPERATOR, {Role.VIEWER, Role.OPERATOR}), (Role.ADMINISTRATOR, set(Role))],
)
def test_each_role_includes_the_ones_before(site: Site, held: Role, reached: set[Role]) -> None:
    """SEC-1: viewer, operator, administrator."""
    user = MembershipFactory(site=site, role=held).user

    assert {role for role in Role if role_reaches(user, site, role)} == reached


def test_a_missing_role_is_named(site: Site, colleague: User) -> None:
    """SEC-1: the refusal says what would be needed."""
    with pytest.raises(PermissionDenied, match="“Operator”"):
        role_require(colleague, site, Role.OPERATOR)


def test_a_camera_says_its_site_and_nothing_secret(site: Site) -> None:
    """CAM-1: in lists, logs and tracebacks a camera is its name."""
    camera = CameraFactory(site=site, name="Quay", username="admin", password="s3cret")

    assert str(Camera.objects.get(pk=camera.pk)) == "Harbour · Quay"
    assert "s3cret" not in repr(camera)
