"""The pages of destinations: added, changed, tested, removed (OUT-5, OUT-8, OUT-11)."""

import html
import json
import re
from typing import Any

import pytest

from analytics.models import Alarm
from cameras.models import Camera, Membership, Role, Site
from notifications.models import Destination, Notification
from notifications.offer import kind_list
from notifications.services.secret import destination_secrets
from portal.accounts.models import User
from portal.dashboard.templatetags.deliveries import kind_words
from tests.factories import CameraFactory, DestinationFactory
from tests.notifications.outbox import queued
from tests.portal.dashboard.reading import words
from tests.servers.hook import ERROR, Hook

PASSWORD = "correct horse"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Gate")


@pytest.fixture
def client(owner: User, signed_in) -> Any:
    return signed_in(owner)


def typed(site: Site, **changes: object) -> dict[str, object]:
    """A form for an HTTP alarm, as a browser sends it."""
    form = {
        "target": f"site:{site.pk}",
        "name": "Recorder",
        "position": "1",
        "enabled": "1",
        "simulated": "1",
        "expiry_s": "86400",
        "events": ["started", "repeated"],
        "config.address": "nvr.example",
        "config.port": "8080",
        "config.path": "/alarm",
        "config.template": "id=%almsrc2",
        "config.method": "POST",
        "config.user": "guard",
        "config.ca_certificate": "",
        "secrets.password": PASSWORD,
    }
    return {**form, **changes}


def test_a_strangers_destinations_are_not_there(
    site: Site, camera: Camera, stranger: User, colleague: User, signed_in
) -> None:
    """SEC-1: a member sees health, an administrator the settings, a stranger nothing."""
    found = DestinationFactory(site=site, name="Recorder", config={"url": "https://hooks.example/token-123"})
    theirs, seen = signed_in(stranger), signed_in(colleague)

    assert "Recorder" not in words(theirs.get("/deliveries/"))
    assert [
        theirs.get(f"/{url}/").status_code for url in (f"deliveries/{found.pk}", f"cameras/{camera.pk}/deliveries")
    ] == [404, 404]
    assert "Nothing sent yet" in words(seen.get(f"/deliveries/{found.pk}/"))
    assert "token-123" not in seen.get(f"/deliveries/{found.pk}/").content.decode()
    assert seen.get("/deliveries/add/").status_code == 403


@pytest.mark.parametrize("act", ["", "test/", "remove/", "new-secret/"])
def test_only_administrators_change_one(*, site: Site, stranger: User, colleague: User, signed_in, act: str) -> None:
    """SEC-1."""
    found = DestinationFactory(site=site)
    Membership.objects.filter(user=colleague).update(role=Role.OPERATOR)

    assert signed_in(colleague).post(f"/deliveries/{found.pk}/{act}").status_code == 403
    assert signed_in(stranger).post(f"/deliveries/{found.pk}/{act}").status_code == 404
    assert Destination.objects.filter(pk=found.pk).exists()


def test_only_kinds_that_work_are_offered(client: Any) -> None:
    """UI 1: what follows a camera's settings is not among them, and unknown ones are not there."""
    page = words(client.get("/deliveries/add/"))

    for kind in kind_list():
        assert f"{kind.label} {kind_words(kind.name)}" in page
        assert kind_words(kind.name)
    assert client.get("/deliveries/add/?kind=mqtt").status_code == 404
    assert client.get("/deliveries/add/?kind=fax").status_code == 404


def test_the_form_knows_range_and_default_of_every_setting(site: Site, camera: Camera, client: Any) -> None:
    """UI 1: made from what the kind says; the camera that one comes from is chosen."""
    answer = client.get(f"/deliveries/add/?kind=http_alarm&camera={camera.pk}")

    assert "Port changed 1 to 65535 · default 443" in words(answer)  # the dot is hidden until it is
    assert f'value="camera:{camera.pk}" selected' in answer.content.decode()


def test_the_form_is_checked_while_it_is_typed_into(site: Site, client: Any) -> None:
    """UI 1: the page brings the rule of every field, in the words of the server."""
    page = client.get("/deliveries/add/?kind=tcp_alarm").content.decode()
    found = re.search(r'<script id="form-fields" type="application/json">(.*?)</script>', page, re.DOTALL)
    fields = json.loads(found[1])  # type: ignore[index]
    rows = set(re.findall(r'data-setting="([^"]+)"', page))

    assert {"name", "position", "config.address", "config.port"} <= set(fields) <= rows
    assert fields["name"]["messages"]["length"] == "A destination needs a name."
    assert [59000, 61000] in fields["config.port"]["not_allowed"]


def test_a_mail_cannot_be_given_up_before_its_digest(client: Any) -> None:
    """OUT-6: the form offers only what the kind takes."""
    mail, webhook = (client.get(f"/deliveries/add/?kind={kind}").content.decode() for kind in ("email", "webhook"))

    assert ('<option value="3600"' in mail, '<option value="3600"' in webhook) == (False, True)


def test_a_destination_is_added(site: Site, client: Any) -> None:
    """OUT-11: as typed; the password goes in only."""
    answer = client.post("/deliveries/add/?kind=http_alarm", typed(site), follow=True)
    made = Destination.objects.get()

    assert (made.name, made.camera, made.events, made.expiry_s) == ("Recorder", None, ["started", "repeated"], 86_400)
    assert made.config["port"] == 8080
    assert (made.config["method"], made.config["ssl"]) == ("POST", False)
    assert destination_secrets(made) == {"password": PASSWORD}
    assert answer.redirect_chain == [(f"/deliveries/{made.pk}/", 302)]
    assert "“Recorder” was added." in words(answer)
    assert "horse" not in answer.content.decode()


def test_the_secret_of_a_webhook_is_shown_once(site: Site, camera: Camera, client: Any) -> None:
    """OUT-5: with a page that says so, not by an address that a browser would remember."""
    form = typed(site, **{"target": f"camera:{camera.pk}", "config.url": "https://hooks.example/"})
    form.pop("secrets.password")
    answer = client.post("/deliveries/add/?kind=webhook", form, headers=HTMX)
    made = Destination.objects.get()
    secret = destination_secrets(made)["secret"]

    assert made.camera == camera
    assert secret in answer.content.decode()
    assert (answer["HX-Retarget"], answer["HX-Push-Url"]) == ("#main", f"/deliveries/{made.pk}/")
    assert secret not in client.get(f"/deliveries/{made.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "place", "sentence"),
    [
        ({"name": " "}, "name", "A destination needs a name."),
        ({"target": "site:99"}, "target", "Choose a site or a camera."),
        ({"target": "camera:x"}, "target", "Choose a site or a camera."),
        ({"position": "first"}, "position", "A whole number from 1 to 99."),
        ({"events": []}, "events", "Events must be a list of one or more"),
        ({"config.address": ""}, "config-address", "Address must be a text of 1 to 253 characters"),
        ({"config.port": "many"}, "config-port", 'Port must be 1 to 65535, not "many".'),
        ({"config.template": "id=%alarm"}, "config-template", "%alarm is no placeholder"),
        ({"config.method": "PUT"}, "config-method", 'Method must be one of GET, POST, not "PUT".'),
        ({"expiry_s": "5"}, "expiry_s", "greater than or equal to 60"),
        ({"secrets.password": "x" * 300}, "secrets-password", "Password must be a text of 0 to 256 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    *, site: Site, client: Any, changes: dict[str, object], place: str, sentence: str
) -> None:
    """SPEC 15: nothing is made, what was typed stays; a refused secret is not repeated."""
    answer = client.post("/deliveries/add/?kind=http_alarm", typed(site, **changes), headers=HTMX)
    said = re.search(rf'id="{place}-error"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)

    assert answer.status_code == 422
    assert said
    assert sentence in html.unescape(said[1])
    assert "xxxxxx" not in answer.content.decode()
    assert not Destination.objects.exists()


def test_a_taken_name_is_said(site: Site, client: Any) -> None:
    """One name, one destination of a site; without htmx the page keeps what was typed, too."""
    DestinationFactory(site=site, name="Recorder")
    answer = client.post("/deliveries/add/?kind=http_alarm", typed(site))

    assert answer.status_code == 422
    assert "The site has a destination of this name already." in words(answer)
    assert 'value="nvr.example"' in answer.content.decode()


def test_a_change_keeps_the_password_and_another_server_loses_it(site: Site, client: Any) -> None:
    """SPEC 7: empty keeps what is saved."""
    client.post("/deliveries/add/?kind=http_alarm", typed(site))
    url = f"/deliveries/{Destination.objects.get().pk}/"
    assert "saved; type to replace" in client.get(url).content.decode()

    client.post(url, typed(site, **{"name": "NVR", "secrets.password": ""}))
    assert destination_secrets(Destination.objects.get(name="NVR")) == {"password": PASSWORD}
    client.post(url, typed(site, **{"config.address": "other.example", "secrets.password": ""}))
    assert destination_secrets(Destination.objects.get()) == {}


def test_a_password_can_be_taken_away(site: Site, client: Any) -> None:
    """Write-only: set, replaced, taken away."""
    client.post("/deliveries/add/?kind=http_alarm", typed(site))
    client.post(
        f"/deliveries/{Destination.objects.get().pk}/", typed(site, **{"secrets.password": "", "clear": "password"})
    )

    assert destination_secrets(Destination.objects.get()) == {}


@pytest.mark.network
def test_the_test_shows_what_went_out_and_what_came_back(site: Site, hook: Hook, client: Any) -> None:
    """OUT-8: before anything is saved, with what stands in the form."""
    form = typed(site, **{"config.url": hook.url, "config.ca_certificate": hook.ca.replace("\n", "\r\n"), "name": ""})
    form.pop("secrets.password")
    answer = client.post("/deliveries/test/?kind=webhook", form, headers=HTMX)

    assert "It arrived, and the other side says so" in words(answer)
    assert "POST /hook HTTP/1.1" in words(answer)
    assert "What came back taken" in words(answer)
    assert not Destination.objects.exists()


@pytest.mark.network
def test_a_test_of_a_saved_one_that_fails_says_why(site: Site, hook: Hook, client: Any) -> None:
    """OUT-8."""
    found = DestinationFactory(site=site, hook=hook)
    hook.reply = lambda _request: ERROR
    form = typed(site, **{"config.url": hook.url, "config.ca_certificate": hook.ca})
    form.pop("secrets.password")
    answer = client.post(f"/deliveries/{found.pk}/test/", form, headers=HTMX)

    assert re.search(r"Not taken \d+ ms .* 500 .* What came back broken", words(answer))


def test_a_test_of_a_form_with_a_mistake_marks_it(site: Site, client: Any) -> None:
    """OUT-8: nothing is sent."""
    answer = client.post("/deliveries/test/?kind=http_alarm", typed(site, **{"config.port": "0"}), headers=HTMX)

    assert "Not sent: something is missing in the form" in words(answer)
    assert "Port must be 1 to 65535" in words(answer)


def test_an_address_of_the_portal_is_refused_by_the_test(site: Site, client: Any) -> None:
    """SEC-4: the button opens no way to services of this machine."""
    answer = client.post(
        "/deliveries/test/?kind=http_alarm", typed(site, **{"config.address": "127.0.0.1"}), headers=HTMX
    )

    assert "this is a loopback address, which the portal does not call" in words(answer)


def test_a_new_secret_is_shown_once(site: Site, client: Any) -> None:
    """WIRE 7: both sign until the former one is taken away."""
    found = DestinationFactory(site=site)
    former = destination_secrets(found)["secret"]
    page = client.post(f"/deliveries/{found.pk}/new-secret/").content.decode()
    now = destination_secrets(Destination.objects.get())

    assert now["former_secret"] == former
    assert now["secret"] in page
    assert former not in page


def test_one_is_removed_after_a_question(site: Site, client: Any) -> None:
    """UI 1: it says what goes with it."""
    found = DestinationFactory(site=site, name="Recorder")
    queued(found, 2)
    assert "2 messages that wait for it are not sent" in words(client.get(f"/deliveries/{found.pk}/"))
    answer = client.post(f"/deliveries/{found.pk}/remove/", follow=True)

    assert "“Recorder” was removed." in words(answer)
    assert not Destination.objects.exists()


def test_what_follows_a_camera_is_changed_there(site: Site, camera: Camera, client: Any) -> None:
    """OUT-3."""
    found = Destination.objects.create(site=site, camera=camera, kind="mqtt", name="MQTT of Gate")
    page = client.get(f"/deliveries/{found.pk}/").content.decode()

    assert f'href="/cameras/{camera.pk}/settings/mqtt/"' in page
    assert 'data-part="save"' not in page
    assert client.post(f"/deliveries/{found.pk}/remove/").status_code == 403


def test_a_test_alarm_leads_to_its_deliveries(
    site: Site, camera: Camera, client: Any, signed_in, stranger: User
) -> None:
    """OUT-9: raised where its destinations are listed; the alarm says that it is one."""
    DestinationFactory(site=site)
    url = f"/cameras/{camera.pk}/test-alarm/"
    answer = client.post(url, {"area": "1"}, follow=True)
    alarm = Alarm.objects.get()

    assert alarm.test
    assert answer.redirect_chain == [(f"/alarms/{alarm.pk}/", 302)]
    assert "test alarm" in words(answer)
    assert {one.record["test"] for one in Notification.objects.all()} == {True}
    assert client.post(url, {"area": "9"}).status_code == 404
    assert signed_in(stranger).post(url, {"area": "1"}).status_code == 404


@pytest.mark.network
def test_a_destination_of_the_http_tab_is_tested_as_it_is_saved(
    *, site: Site, client: Any, plain_hook: Hook, colleague: User, signed_in
) -> None:
    """OUT-2, OUT-8: request and answer; nothing without an address."""
    target = {"address": "127.0.0.1", "port": plain_hook.port, "ssl": False, "path": "/counts"}
    camera = CameraFactory(site=site, occupancy={"http": {"destinations": [target]}})
    url = f"/cameras/{camera.pk}/http-transmission/1/test/"
    page = words(client.post(url, headers=HTMX))

    assert "It arrived, and the other side says so" in page
    assert "POST /counts HTTP/1.1" in page
    assert b"CameraMACaddress" in plain_hook.requests[0].body
    assert "Nothing to send to" in words(client.post(url.replace("/1/test", "/2/test"), headers=HTMX))
    assert client.post(url.replace("/1/test", "/5/test")).status_code == 404
    assert signed_in(colleague).post(url).status_code == 403
    assert url in client.get(f"/cameras/{camera.pk}/settings/http/").content.decode()
