"""API-4: how far a token goes: sites, networks, and what it may hand on."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.test import APIClient

from cameras.models import Camera, Role, Site
from cameras.selectors import camera_list, role_on, site_list
from portal.accounts.models import ApiToken, User
from portal.accounts.services import (
    ForeignNetworkError,
    TokenRefusedError,
    token_create,
    token_revoke,
    token_use,
    token_user,
)
from portal.accounts.token_bounds import reaches
from portal.common.models import AuditEntry
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory, UserFactory

CAMERAS = "/api/v1/cameras/"


def program(text: str, **environ: str) -> APIClient:
    client = APIClient(**environ)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def quay(owner: User) -> Site:
    """Another site of the owner's."""
    return MembershipFactory(user=owner, site__name="Quay", role=Role.ADMINISTRATOR).site


@pytest.fixture
def cameras(site: Site, quay: Site) -> tuple[Camera, Camera]:
    return CameraFactory(site=site), CameraFactory(site=quay)


# --- Sites ------------------------------------------------------------------------------------------------------------
def test_for_a_token_of_one_site_no_other_exists(owner: User, quay: Site, cameras: tuple[Camera, Camera]) -> None:
    """API-4, SEC-1: lists leave it out, addresses answer 404, not 403."""
    here, there = cameras
    AlarmFactory(camera=here)
    _, text = token_create(user=owner, name="vms", scope="configure", site_ids=[quay.pk])
    client = program(text)

    assert [one["id"] for one in client.get(CAMERAS).json()["results"]] == [there.pk]
    assert client.get(f"{CAMERAS}{here.pk}/").status_code == 404
    assert client.get("/api/v1/alarms/").json()["results"] == []
    assert client.get(f"/api/v1/cameras/{here.pk}/metadata/").status_code == 404


def test_a_token_of_a_portal_administrator_for_one_site_administers_no_portal(quay: Site, site: Site) -> None:
    """API-4: on its site it does what an administrator does, elsewhere nothing."""
    _, text = token_create(user=UserFactory(is_superuser=True), name="vms", site_ids=[quay.pk])
    user = token_use(text=text).user

    assert not user.is_superuser
    assert list(site_list(user=user, least=Role.ADMINISTRATOR)) == [quay]
    assert (role_on(user, quay), role_on(user, site)) == (Role.ADMINISTRATOR, None)
    assert program(text).get("/metrics").status_code == 403


def test_sites_add_no_right(colleague: User, site: Site, quay: Site) -> None:
    """API-4: a site that is not its user's stays closed, and a viewer stays one."""
    _, text = token_create(user=colleague, name="vms", scope="configure", site_ids=[site.pk, quay.pk])
    user = token_use(text=text).user

    assert list(site_list(user=user)) == [site]
    assert role_on(user, site) is Role.VIEWER


def test_a_token_whose_site_is_gone_opens_nothing(owner: User, quay: Site) -> None:
    """API-4: it does not become one for every site."""
    _, text = token_create(user=owner, name="vms", site_ids=[quay.pk])
    quay.delete()

    assert list(site_list(user=token_use(text=text).user)) == []


def test_who_was_narrowed_is_never_written(owner: User, quay: Site) -> None:
    """API-4: the rights in memory are not those of the row."""
    _, text = token_create(user=owner, name="vms", site_ids=[quay.pk])
    narrowed = token_use(text=text).user

    with pytest.raises(PermissionDenied):
        narrowed.save()


# --- Networks ---------------------------------------------------------------------------------------------------------
def test_a_token_opens_nothing_from_a_foreign_network(colleague: User) -> None:
    """API-4: 403 problem details that say why; the token itself is good."""
    _, text = token_create(user=colleague, name="vms", networks=["10.1.0.0/16"])
    answer = program(text, REMOTE_ADDR="203.0.113.9").get(CAMERAS)

    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "token_network"
    assert answer.json()["detail"] == "This token is not for use from 203.0.113.9."
    assert program(text, REMOTE_ADDR="10.1.2.3").get(CAMERAS).status_code == 200


def test_a_header_opens_no_network(colleague: User, settings: Settings) -> None:
    """API-4: X-Forwarded-For counts from a trusted proxy only."""
    _, text = token_create(user=colleague, name="vms", networks=["10.1.0.0/16"])
    told = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "10.1.2.3"}
    assert program(text, **told).get(CAMERAS).status_code == 403

    settings.TRUSTED_PROXIES = ["203.0.113.9"]
    assert program(text, **told).get(CAMERAS).status_code == 200


def test_a_bound_token_needs_an_address(colleague: User) -> None:
    """API-4: where nobody knows from where, it stays closed."""
    _, text = token_create(user=colleague, name="vms", networks=["10.1.0.0/16"])

    with pytest.raises(ForeignNetworkError):
        token_use(text=text)


@given(address=st.ip_addresses(), network=st.ip_addresses(), bits=st.integers(0, 32))
def test_a_network_reaches_what_is_in_it(address: object, network: object, bits: int) -> None:
    """API-4: as the standard library says; IPv4 and IPv6 never meet."""
    whole = ip_network(f"{network}/{bits}", strict=False)
    inside = getattr(address, "ipv4_mapped", None) or address

    assert reaches(str(address), [str(whole)]) == (inside in whole)
    assert reaches(str(address), [])


@pytest.mark.parametrize("network", ["10.1.0.0/33", "everywhere", "10.1.0.0/16; 10.2.0.0/16", "::/129"])
def test_a_network_that_makes_no_sense_is_refused(colleague: User, network: str) -> None:
    """API-4: by its field, with an example."""
    with pytest.raises(ValidationError, match="is no network; an example is") as refused:
        token_create(user=colleague, name="vms", networks=[network])
    assert set(refused.value.error_dict) == {"networks"}


def test_networks_are_kept_tidy(colleague: User) -> None:
    """API-4: the range, not the address that it was written with; each once."""
    token, _ = token_create(user=colleague, name="vms", networks=["10.1.2.3/16", "10.1.0.0/16", "192.0.2.7"])

    assert token.networks == ["10.1.0.0/16", "192.0.2.7/32"]


# --- What is noted ----------------------------------------------------------------------------------------------------
def test_where_a_token_was_used_last_is_noted(colleague: User) -> None:
    """API-4: last use shown."""
    token, text = token_create(user=colleague, name="vms")
    program(text, REMOTE_ADDR="203.0.113.9").get(CAMERAS)
    token.refresh_from_db()

    assert token.last_used_from == "203.0.113.9"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"revoked_at": timezone.now()}, "token_revoked"),
        ({"expires_at": timezone.now()}, "token_expired"),
        ({"networks": ["192.0.2.0/24"]}, "token_network"),
    ],
)
def test_a_refused_token_is_noted_once_an_hour(colleague: User, change: dict, reason: str) -> None:
    """SEC-5: and not at every try."""
    token, text = token_create(user=colleague, name="vms")
    ApiToken.objects.update(**change)
    for _ in range(3):
        with pytest.raises(TokenRefusedError):
            token_use(text=text)

    [entry] = AuditEntry.objects.filter(action=AuditEntry.Action.REFUSED)
    assert (entry.actor, entry.object_id, entry.additional_data) == (colleague, token.pk, {"reason": reason})


def test_making_and_revoking_are_noted_without_the_token(colleague: User) -> None:
    """SEC-5: token making and revoking; neither text nor hash."""
    token, text = token_create(user=colleague, name="vms")
    token_revoke(token=token)
    revoked, made = AuditEntry.objects.get_for_object(token).order_by("-id")

    assert made.action == AuditEntry.Action.CREATE
    assert revoked.changes["revoked_at"][0] in (None, "None")
    assert not {text, token.digest} & set(str(list(AuditEntry.objects.values())).split("'"))


# --- None makes a stronger one ----------------------------------------------------------------------------------------
@pytest.fixture
def maker(owner: User, quay: Site) -> ApiToken:
    """To operate on one site, from one network, for a day."""
    bounds = {"site_ids": [quay.pk], "networks": ["10.1.0.0/16"], "expires_at": timezone.now() + timedelta(days=1)}
    return token_create(user=owner, name="maker", scope="operate", **bounds)[0]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"scope": "configure"}, "scope"),
        ({"site_ids": [0]}, "site_ids"),
        ({"networks": []}, "networks"),
        ({"networks": ["10.0.0.0/8"]}, "networks"),
        ({"networks": ["10.1.0.0/24", "10.2.0.0/24"]}, "networks"),
        ({"networks": ["2001:db8::/64"]}, "networks"),
        ({"expires_at": timezone.now() + timedelta(days=3)}, "expires_at"),
    ],
)
def test_a_token_makes_no_stronger_one(maker: ApiToken, asked: dict, field: str) -> None:
    """API-4: neither scope, nor sites, nor networks, nor time."""
    with pytest.raises(ValidationError, match="cannot make one that may do more") as refused:
        token_create(user=maker.user, name="made", made_with=maker, **asked)

    assert set(refused.value.error_dict) == {field}
    assert not ApiToken.objects.filter(name="made").exists()


def test_what_is_left_open_is_as_with_its_maker(maker: ApiToken) -> None:
    """API-4: the least surprise."""
    made, _ = token_create(user=maker.user, name="made", made_with=maker)

    assert (made.scope, made.site_ids, made.networks) == ("read", maker.site_ids, maker.networks)
    assert made.expires_at == maker.expires_at


def test_a_token_makes_a_weaker_one(maker: ApiToken, quay: Site) -> None:
    """API-4: a part of its own."""
    asked = {"scope": "operate", "site_ids": [quay.pk], "networks": ["10.1.7.0/24"]}
    made, _ = token_create(user=maker.user, name="made", made_with=maker, **asked)

    assert made.networks == ["10.1.7.0/24"]


def test_what_a_token_made_ends_with_it(maker: ApiToken) -> None:
    """API-4: also what that one made; a second call changes nothing."""
    child, _ = token_create(user=maker.user, name="child", made_with=maker)
    token_create(user=maker.user, name="grandchild", made_with=child)
    token_revoke(token=maker)
    first = set(ApiToken.objects.values_list("name", "revoked_at"))
    token_revoke(token=maker)

    assert None not in {revoked for _, revoked in first}
    assert set(ApiToken.objects.values_list("name", "revoked_at")) == first


# --- For streams ------------------------------------------------------------------------------------------------------
def test_a_stream_asks_again_who_its_token_stands_for(maker: ApiToken, quay: Site) -> None:
    """API-4, SEC-1: narrowed as at the start; nobody as soon as it is revoked."""
    assert list(site_list(user=token_user(token_id=maker.pk))) == [quay]
    assert not camera_list(user=token_user(token_id=maker.pk)).exists()

    token_revoke(token=maker)
    assert token_user(token_id=maker.pk) is None
    assert token_user(token_id=0) is None
