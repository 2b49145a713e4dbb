"""Signing in and out, and the pages that say no."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import PASSWORD, CameraFactory

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))


def sign_in(client: Client, password: str, **more: str):
    return client.post("/sign-in/", {"login": "owner", "password": password, **more})


def test_the_right_password_leads_to_where_one_wanted(owner: User, client: Client) -> None:
    """SEC-2."""
    answer = sign_in(client, PASSWORD, next="/alarms/")

    assert answer.status_code == 302
    assert answer.url == "/alarms/"


def test_signing_in_leads_to_no_other_host(owner: User, client: Client) -> None:
    """SEC-3: an open redirect is a way to steal passwords."""
    answer = sign_in(client, PASSWORD, next="https://evil.example/")

    assert answer.url == "/"


def test_a_wrong_password_says_no_more_than_that(owner: User, client: Client) -> None:
    """SEC-2: nothing tells whether the user exists; the name stays, the password does not."""
    wrong = sign_in(client, "not it").content.decode()
    unknown = client.post("/sign-in/", {"login": "nobody", "password": "not it"}).content.decode()

    message = re.search(r'role="alert">(.*?)</p>', wrong, re.DOTALL)
    assert message
    assert message[1] == re.search(r'role="alert">(.*?)</p>', unknown, re.DOTALL)[1]  # type: ignore[index]
    assert 'name="login" value="owner"' in wrong
    assert "not it" not in wrong


def test_too_many_wrong_passwords_lock_the_door(owner: User, client: Client) -> None:
    """SEC-2: then even the right one has to wait, with a page that says so."""
    for _ in range(6):
        answer = sign_in(client, "not it")

    assert "Too many failed login attempts" in answer.content.decode()
    assert sign_in(client, PASSWORD).status_code == 200


def test_signing_out_needs_a_press(owner: User, signed_in) -> None:
    """SEC-3: a link cannot do it."""
    client = signed_in(owner)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/").status_code == 302


def test_a_form_of_another_site_is_refused_with_a_page_of_ours(owner: User) -> None:
    """SEC-3."""
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sign-in/", {"login": "owner", "password": PASSWORD})

    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()


@pytest.mark.parametrize("somebody", [True, False])
def test_an_address_that_leads_nowhere_has_a_page(somebody: bool, owner: User, signed_in) -> None:
    """UI 3: with the way back."""
    answer = signed_in(owner if somebody else None).get("/nowhere/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_failure_has_a_page_that_tells_nothing(owner: User, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-3: the cause stands in the log."""

    def fail(*_args: object) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr("portal.dashboard.views.overview.sight_of", fail)
    client = signed_in(owner)
    client.raise_request_exception = False

    answer = client.get("/")

    assert answer.status_code == 500
    assert "The portal failed" in answer.content.decode()
    assert "secret cause" not in answer.content.decode()


PAGES = [
    "/",
    "/alarms/",
    "/cameras/",
    "/cameras/{}/",
    "/cameras/{}/deliveries/",
    "/deliveries/",
    "/deliveries/log/",
    "/deliveries/add/",
    "/deliveries/add/?kind=webhook",
    "/deliveries/mqtt/",
    "/networks/",
    "/health/",
    "/account/",
    "/account/password/",
    "/account/confirm/",
    "/people/",
    "/people/invite/",
    "/sign-in/",
    "/nowhere/",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_what_the_policy_forbids(path: str, site: Site, owner: User, signed_in) -> None:
    """SEC-3: no inline script, no inline style, no handler in an attribute; the policy has no unsafe-inline."""
    camera: Camera = CameraFactory(site=site)
    client = signed_in(None if path == "/sign-in/" else owner)

    answer = client.get(path.format(camera.pk))

    page = answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    assert "<style" not in page
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes, _ in scripts)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_can_be_translated(template: Path) -> None:
    """RUN-7: no letters outside of tags, but for names, units, commands and MAX/MIN as the camera writes them."""
    source = template.read_text()
    source = re.sub(
        r"{% blocktranslate.*?{% endblocktranslate %}|<kbd>.*?</kbd>|<code>.*?</code>", "", source, flags=re.DOTALL
    )
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", source, flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", " ", source, flags=re.DOTALL)

    left = set(re.findall(r"[A-Za-z]{2,}", words)) - {
        "Lookout",
        "API",
        "UTC",
        "UDP",
        "CSV",
        "JSON",
        "MAX",
        "MIN",
        "ms",
        "sha",
        "doctype",
        "html",
    }
    assert not left, f"{template.name}: {left}"
