"""SEC-1: sites and their members."""

import pytest
from django.core.exceptions import ValidationError

from cameras.models import Membership, Role, Site
from cameras.selectors import role_on
from cameras.services import membership_remove, membership_set, site_create
from tests.factories import UserFactory


def test_a_site_has_a_time_zone(db: None) -> None:
    """SPEC 1: every time on its screens is in that zone."""
    assert site_create(name="Harbour", time_zone="Asia/Tokyo").time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("facts", [{"name": ""}, {"name": "Harbour"}, {"name": "x", "time_zone": "Mars/Base"}])
def test_a_site_that_does_not_fit_is_refused(site: Site, facts: dict) -> None:
    """SPEC 1: no name, a taken one, a zone that does not exist."""
    with pytest.raises(ValidationError):
        site_create(**facts)

    assert Site.objects.count() == 1


def test_a_member_has_one_role_on_a_site(site: Site) -> None:
    """SEC-1: a new role takes the place of the old one."""
    user = UserFactory()
    membership_set(site=site, user=user, role="viewer")
    membership_set(site=site, user=user, role=Role.OPERATOR)

    assert Membership.objects.filter(user=user).count() == 1
    assert role_on(user, site) is Role.OPERATOR


def test_a_role_that_does_not_exist_is_refused(site: Site) -> None:
    """SEC-1: viewer, operator, administrator."""
    with pytest.raises(ValueError, match="king"):
        membership_set(site=site, user=UserFactory(), role="king")


def test_a_membership_ends(site: Site) -> None:
    """SEC-1: twice is as good as once."""
    user = UserFactory()
    membership_set(site=site, user=user, role=Role.VIEWER)
    membership_remove(site=site, user=user)
    membership_remove(site=site, user=user)

    assert role_on(user, site) is None
