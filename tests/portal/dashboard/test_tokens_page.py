"""API-4: tokens on their page and over the API."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cameras.models import Role, Site
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create, token_revoke, token_use
from tests.factories import MembershipFactory, UserFactory

API = "/api/v1/tokens/"
ASKED = {"name": "recorder", "scope": "operate", "days": "30", "networks": "10.1.0.0/16, 192.0.2.7"}


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(username="root", is_superuser=True)


def made(client: Client, **asked: object) -> str:
    """The token, as the page shows it."""
    page = client.post("/tokens/add/", ASKED | asked).content.decode()
    return re.search(r"lk_[\w-]+", page)[0]


# --- The page ---------------------------------------------------------------------------------------------------------
def test_a_token_is_shown_once(signed_in, owner: User, site: Site) -> None:
    """API-4: on the page that made it, and on no other."""
    client = signed_in(owner)
    text = made(client, sites=[site.pk])
    token = token_use(text=text, address="192.0.2.7")
    page = client.get("/tokens/").content.decode()

    assert (token.name, token.scope, token.site_ids) == ("recorder", "operate", [site.pk])
    assert token.networks == ["10.1.0.0/16", "192.0.2.7/32"]
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert text not in page
    assert "recorder" in page
    assert "Harbour" in page


def test_without_a_choice_a_token_is_for_every_site(signed_in, owner: User) -> None:
    """API-4: also for later ones, everywhere, until it is revoked."""
    token = token_use(text=made(signed_in(owner), networks="", days=""))

    assert (token.site_ids, token.networks, token.expires_at) == (None, [], None)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "What is it for?"),
        ({"networks": "10.0.0.0/99"}, "“10.0.0.0/99” is no network"),
        ({"scope": "everything"}, "everything is not one of the available choices"),
    ],
)
def test_a_form_that_does_not_fit_says_where(signed_in, owner: User, wrong: dict, says: str) -> None:
    """API-4: nothing is made."""
    answer = signed_in(owner).post("/tokens/add/", ASKED | wrong)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_site_of_somebody_else_cannot_be_chosen(signed_in, owner: User, stranger: User) -> None:
    """SEC-1: it is not among the choices."""
    there = Site.objects.get(name="Elsewhere")
    answer = signed_in(owner).post("/tokens/add/", ASKED | {"sites": [there.pk]})

    assert answer.status_code == 422
    assert "Elsewhere" not in signed_in(owner).get("/tokens/add/").content.decode()


def test_a_token_is_revoked_on_its_page(signed_in, owner: User) -> None:
    """API-4: and says so."""
    token, _ = token_create(user=owner, name="recorder")
    page = signed_in(owner).post(f"/tokens/{token.pk}/revoke/", follow=True).content.decode()
    token.refresh_from_db()

    assert token.revoked_at is not None
    assert "“recorder” was revoked" in page
    assert "Revoked" in page


def test_everybody_sees_their_own_and_a_portal_administrator_all(
    signed_in, owner: User, colleague: User, administrator: User
) -> None:
    """SEC-1: those of others do not exist."""
    token, _ = token_create(user=owner, name="the owner's")

    assert "the owner&#x27;s" in signed_in(owner).get("/tokens/").content.decode()
    assert "the owner&#x27;s" in signed_in(administrator).get("/tokens/").content.decode()
    assert "the owner&#x27;s" not in signed_in(colleague).get("/tokens/").content.decode()
    assert signed_in(colleague).post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert signed_in(administrator).post(f"/tokens/{token.pk}/revoke/").status_code == 302


@pytest.mark.parametrize("path", ["/tokens/", "/tokens/add/", "/administration/", "/audit/"])
def test_a_visitor_is_asked_to_sign_in(db: None, path: str) -> None:
    """SEC-1: and sent back."""
    assert Client().get(path).url == f"/sign-in/?next={path}"


def test_the_parts_of_admin_are_those_that_somebody_has(signed_in, owner: User, colleague: User) -> None:
    """SEC-1: a viewer has tokens and sees networks; an administrator of a site has people and the audit log, too."""
    tabs = {
        user.username: re.findall(r'class="pill" href="([^"]+)"', signed_in(user).get("/tokens/").content.decode())
        for user in (owner, colleague)
    }

    assert tabs["owner"] == ["/people/", "/tokens/", "/audit/", "/profiles/", "/networks/"]
    assert tabs["colleague"] == ["/tokens/", "/profiles/", "/networks/"]
    assert signed_in(owner).get("/administration/").url == "/people/"
    assert signed_in(colleague).get("/administration/").url == "/tokens/"


def test_the_page_asks_the_database_as_often_for_many(signed_in, owner: User, django_assert_max_num_queries) -> None:
    """OPR-4: constant."""
    client = signed_in(owner)
    for number in range(20):
        token_create(user=owner, name=f"vms {number}")

    with django_assert_max_num_queries(12):
        client.get("/tokens/")


# --- The API ----------------------------------------------------------------------------------------------------------
def test_a_program_makes_lists_and_revokes_tokens(signed_in, owner: User, site: Site) -> None:
    """API-4: the token is in the answer that made it and in no other."""
    client = signed_in(owner)
    asked = {"name": "vms", "scope": "operate", "sites": [site.pk], "networks": ["10.1.0.0/16"]}
    answer = client.post(API, asked, content_type="application/json")
    body = answer.json()
    assert answer.status_code == 201
    assert token_use(text=body["token"], address="10.1.2.3").pk == body["id"]

    [listed] = client.get(API).json()["results"]
    one = client.get(f"{API}{body['id']}/")
    assert "token" not in listed
    assert {name: listed[name] for name in asked} == asked
    assert client.delete(f"{API}{body['id']}/").status_code == 428
    assert client.delete(f"{API}{body['id']}/", headers={"If-Match": one.headers["ETag"]}).status_code == 204
    assert client.get(f"{API}{body['id']}/").json()["revoked_at"] is not None


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": ""}, "name"),
        ({"scope": "everything"}, "scope"),
        ({"sites": []}, "sites"),
        ({"sites": [999999]}, "sites"),
        ({"networks": ["nowhere"]}, "networks"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires": "2020-01-01T00:00:00Z"}, "expires"),
    ],
)
def test_a_request_that_does_not_fit_says_where(signed_in, owner: User, wrong: dict, path: str) -> None:
    """API-1: problem details with the field as it was sent."""
    answer = signed_in(owner).post(API, {"name": "vms"} | wrong, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"].startswith(path)


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("operate", 403), ("configure", 201)])
def test_making_a_token_takes_the_scope_configure(api, owner: User, scope: str, status: int) -> None:
    """API-4: a token for reading makes none."""
    assert api(owner, scope).post(API, {"name": "vms"}, format="json").status_code == status


def test_a_token_makes_no_stronger_one_over_the_api(api, owner: User, site: Site) -> None:
    """API-4: problem details name the field; what is left out is as with the maker."""
    _, text = token_create(user=owner, name="maker", scope="configure", site_ids=[site.pk])
    there = MembershipFactory(user=owner, role=Role.ADMINISTRATOR).site
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    answer = client.post(API, {"name": "more", "sites": [there.pk]}, format="json")
    made = client.post(API, {"name": "same", "scope": "configure"}, format="json").json()

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "sites"
    assert (made["sites"], made["made_with"]) == ([site.pk], ApiToken.objects.get(name="maker").pk)


def test_a_token_sees_itself_and_what_it_made(api, owner: User) -> None:
    """API-4: it cannot revoke what is stronger."""
    other, _ = token_create(user=owner, name="other", scope="configure")
    client = api(owner, "configure")
    client.post(API, {"name": "made"}, format="json")

    assert {one["name"] for one in client.get(API).json()["results"]} == {"test", "made"}
    assert client.delete(f"{API}{other.pk}/", HTTP_IF_MATCH="*").status_code == 404


def test_a_program_revokes_its_own_token(api, owner: User) -> None:
    """API-4: after that it opens nothing."""
    client = api(owner, "configure")
    own = client.get(API).json()["results"][0]["id"]

    assert client.delete(f"{API}{own}/", HTTP_IF_MATCH="*").status_code == 204
    assert client.get(API).status_code == 401


def test_tokens_are_paged_by_cursor(api, owner: User) -> None:
    """API-1: the newest first."""
    client = api(owner, "configure")
    for number in range(5):
        client.post(API, {"name": f"vms {number}"}, format="json")
    first = client.get(API, {"limit": 4}).json()
    second = client.get(first["next"]).json()

    assert [one["name"] for one in first["results"]] == ["vms 4", "vms 3", "vms 2", "vms 1"]
    assert [one["name"] for one in second["results"]] == ["vms 0", "test"]


def test_a_revoked_user_is_said_of_the_token(signed_in, administrator: User, owner: User) -> None:
    """API-4: the list says why it opens nothing."""
    token_create(user=owner, name="vms")
    token, _ = token_create(user=administrator, name="old")
    token_revoke(token=token)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    page = signed_in(administrator).get("/tokens/").content.decode()

    assert "User disabled" in page
    assert page.count("data-off") == 2
