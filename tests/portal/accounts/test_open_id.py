"""SEC-8: signing in by OpenID Connect, against a real server (allauth's provider in a process of its own)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from cameras.models import Membership, Role, Site
from cameras.services.group import group_role_set
from portal.accounts.models import User
from portal.common.open_id import OpenIdServer
from tests.factories import UserFactory
from tests.servers.open_id import OpenIdProvider

BACK = "http://testserver/sign-in/openid/back/"
SignIn = Callable[..., Client]


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with OpenIdProvider(BACK) as provider:
        yield provider


@pytest.fixture
def open_id(provider: OpenIdProvider, settings) -> Iterator[OpenIdProvider]:
    """The portal knows it as LOOKOUT_OIDC_URL would make it."""
    server = OpenIdServer(
        url=provider.url,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        name="Town hall",
        scopes=("openid", "profile", "email"),
        groups_claim="groups",
    )
    settings.OPEN_ID = server
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": server.provider()}
    yield provider
    provider.bend()


@pytest.fixture
def come_in(open_id: OpenIdProvider, db: None) -> SignIn:
    """`come_in("ada+guards")`: the browser of the portal after the whole way there and back."""

    def walk(who: str, client: Client | None = None) -> Client:
        client = client or Client()
        there = client.post("/sign-in/openid/", {"next": "/alarms/"}).url
        back = open_id.send_back(who, there)
        assert back.startswith(BACK)
        client.answer = client.get(back.removeprefix("http://testserver"))  # type: ignore[attr-defined]
        return client

    return walk


def who(client: Client) -> str | None:
    """The name of whoever is signed in."""
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).username if user_id else None


def said(client: Client) -> str:
    return client.get("/sign-in/").content.decode()


def test_a_member_of_a_group_gets_an_account_with_its_role(come_in: SignIn, site: Site) -> None:
    """SEC-8: group to role and site; back to the page that was wanted."""
    group_role_set(group="guards", site=site, role=Role.OPERATOR)

    client = come_in("ada+guards")

    assert who(client) == "ada"
    assert client.answer.url == "/alarms/"  # type: ignore[attr-defined]
    assert [(one.site, one.role) for one in Membership.objects.filter(user__username="ada")] == [(site, "operator")]
    assert not User.objects.get(username="ada").is_superuser


def test_the_highest_role_of_all_groups_counts(come_in: SignIn, site: Site) -> None:
    """SEC-8."""
    group_role_set(group="guards", site=site, role=Role.ADMINISTRATOR)
    group_role_set(group="visitors", site=site, role=Role.VIEWER)

    come_in("ada+guards+visitors+others")

    assert Membership.objects.get(user__username="ada").role == Role.ADMINISTRATOR


def test_a_group_can_make_portal_administrators(come_in: SignIn, db: None) -> None:
    """SEC-8: a line without a site."""
    group_role_set(group="chiefs", site=None)

    come_in("ada+chiefs")

    assert User.objects.get(username="ada").is_superuser


def test_who_is_in_no_group_stays_out_and_hears_why(come_in: SignIn, site: Site) -> None:
    """SEC-8: and no account is left behind."""
    group_role_set(group="guards", site=site, role=Role.OPERATOR)

    client = come_in("eve+others")

    assert who(client) is None
    assert "None of your groups may use this portal" in said(client)
    assert not User.objects.filter(username="eve").exists()


def test_who_left_a_group_loses_its_role_at_the_next_sign_in(come_in: SignIn, site: Site) -> None:
    """SEC-8, SEC-1: also roles that were given by hand; and with the last group the way in."""
    group_role_set(group="guards", site=site, role=Role.OPERATOR)
    come_in("ada+guards")
    elsewhere = Site.objects.create(name="Elsewhere")
    Membership.objects.create(user=User.objects.get(username="ada"), site=elsewhere, role=Role.ADMINISTRATOR)
    come_in("ada+guards")
    assert Membership.objects.get(user__username="ada").site == site

    site.grouprole_set.all().delete()
    client = come_in("ada+guards")

    assert who(client) is None
    assert not Membership.objects.filter(user__username="ada").exists()


def test_the_only_portal_administrator_keeps_the_right_that_no_group_gives_any_more(
    come_in: SignIn, site: Site
) -> None:
    """SEC-1: the last one cannot be removed, not even by the other server."""
    row = group_role_set(group="chiefs", site=None)
    come_in("ada+chiefs")
    row.delete()

    assert who(come_in("ada+chiefs")) == "ada"
    assert User.objects.get(username="ada").is_superuser


def test_roles_are_given_by_hand_where_no_claim_names_groups(come_in: SignIn, owner: User, settings: object) -> None:
    """SEC-8: everybody of the server comes in, and sees nothing at first; what was given by hand stays."""
    settings.OPEN_ID = replace(settings.OPEN_ID, groups_claim="")  # type: ignore[attr-defined]
    client = come_in("ada")
    assert who(client) == "ada"
    assert client.get("/api/v1/sites/").json()["results"] == []

    Membership.objects.create(user=User.objects.get(username="ada"), site=Site.objects.get(), role=Role.VIEWER)
    come_in("ada")

    assert Membership.objects.get(user__username="ada").role == Role.VIEWER


def test_the_same_name_opens_nobody_elses_account(come_in: SignIn, site: Site, owner: User) -> None:
    """SEC-8: what another server calls a name is no proof of being that person here."""
    group_role_set(group="guards", site=site, role=Role.VIEWER)
    User.objects.filter(pk=owner.pk).update(email="owner@example.org")

    client = come_in("owner+guards")

    assert who(client) not in (None, "owner")
    assert Membership.objects.get(user=owner).role == Role.ADMINISTRATOR


def test_the_same_person_comes_back_into_the_same_account(come_in: SignIn, site: Site) -> None:
    """SEC-8."""
    group_role_set(group="guards", site=site, role=Role.VIEWER)
    come_in("ada+guards")

    assert who(come_in("ada+guards")) == "ada"
    assert User.objects.count() == 1


def test_who_was_disabled_here_stays_out(come_in: SignIn, site: Site) -> None:
    """SEC-2: whatever the other server says."""
    group_role_set(group="guards", site=site, role=Role.VIEWER)
    come_in("ada+guards")
    User.objects.update(is_active=False)

    client = come_in("ada+guards")

    assert who(client) is None
    assert "This account is disabled" in said(client)


def test_claims_of_another_subject_are_refused(come_in: SignIn, open_id: OpenIdProvider, site: Site) -> None:
    """SEC-8: OpenID Connect Core 5.3.2."""
    group_role_set(group="guards", site=site, role=Role.VIEWER)
    open_id.bend(sub="somebody-else")

    client = come_in("ada+guards")

    assert who(client) is None
    assert "two different people" in said(client)
    assert not User.objects.exists()


def test_an_answer_that_nobody_asked_for_signs_nobody_in(come_in: SignIn, open_id: OpenIdProvider, site: Site) -> None:
    """SEC-3: the state belongs to the browser that began; another one's code is worth nothing here."""
    group_role_set(group="guards", site=site, role=Role.VIEWER)
    there = Client().post("/sign-in/openid/").url
    back = open_id.send_back("ada+guards", there)
    victim = Client()

    victim.get(back.removeprefix("http://testserver"))

    assert who(victim) is None
    assert not User.objects.exists()


def test_the_code_is_guarded_by_pkce(open_id: OpenIdProvider, db: None) -> None:
    """SEC-8: RFC 7636; and the server sees only this portal's own address."""
    asked = parse_qs(urlsplit(Client().post("/sign-in/openid/").url).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


def test_a_server_that_is_away_sends_nobody_into_an_error(db: None, settings) -> None:
    """SPEC 15: the sign-in page says so, and the portal's own passwords go on."""
    settings.OPEN_ID = OpenIdServer("http://127.0.0.1:9", "lookout", "x", "Town hall", ("openid",), "groups")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": settings.OPEN_ID.provider()}
    client = Client()

    assert client.post("/sign-in/openid/").url == "/sign-in/"
    assert "Town hall did not sign you in" in said(client)


def test_a_link_cannot_begin_it(open_id: OpenIdProvider, db: None) -> None:
    """SEC-3: no foreign page signs a visitor in."""
    assert Client().get("/sign-in/openid/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/sign-in/openid/").status_code == 403


def test_without_a_server_there_is_no_way_there(db: None) -> None:
    """SEC-8: neither button nor address."""
    assert not settings.OPEN_ID
    assert "openid" not in said(Client())
    assert Client().post("/sign-in/openid/").status_code == 404
    assert Client().get("/sign-in/openid/back/?code=x&state=y").status_code == 404


def test_the_button_names_the_server(open_id: OpenIdProvider, db: None) -> None:
    """UI 3."""
    assert "Sign in with Town hall" in said(Client())


def test_a_second_factor_is_asked_for_here_too(come_in: SignIn, site: Site) -> None:
    """SEC-2: whoever set one up here has it asked, whichever way they come."""
    from allauth.mfa.totp.internal.auth import TOTP

    group_role_set(group="guards", site=site, role=Role.VIEWER)
    come_in("ada+guards")
    TOTP.activate(User.objects.get(username="ada"), "JBSWY3DPEHPK3PXP")

    client = come_in("ada+guards")

    assert client.answer.url == "/sign-in/code/"  # type: ignore[attr-defined]
    assert who(client) is None


@pytest.mark.parametrize(
    ("facts", "says"),
    [({"url": "id.example.org"}, "LOOKOUT_OIDC_URL must be an address"), ({"client_id": ""}, "LOOKOUT_OIDC_CLIENT_ID")],
)
def test_a_server_that_makes_no_sense_stops_the_start(facts: dict[str, str], says: str) -> None:
    """RUN-3: names the thing, the value and what was expected."""
    good = {"url": "https://id.example.org/realms/town", "client_id": "a", "client_secret": "b", "name": "Town"}

    with pytest.raises(ValueError, match=says):
        OpenIdServer(**good | facts, scopes=("openid",), groups_claim="groups")


def test_the_policy_lets_the_form_lead_to_the_server() -> None:
    """SEC-3: and nowhere else."""
    server = OpenIdServer("https://id.example.org/realms/town", "a", "b", "Town", ("openid",), "groups")

    assert server.form_targets == ["https://id.example.org"]
    assert OpenIdServer("", "", "", "", (), "").form_targets == []


def test_others_keep_their_passwords(open_id: OpenIdProvider, client: Client, db: None) -> None:
    """SEC-8: the server is one way in beside the portal's own."""
    UserFactory(username="local")

    client.post("/sign-in/", {"login": "local", "password": "correct horse battery"})

    assert who(client) == "local"
