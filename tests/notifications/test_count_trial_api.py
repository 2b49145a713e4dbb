"""Testing a destination of the tab HTTP transmission (OUT-2, OUT-8; SEC-1)."""

import json
from typing import Any

import pytest

from cameras.models import Camera, Extension, Site
from cameras.services.secret import secrets_change
from notifications.protocols.occupancy_json import decode
from portal.accounts.models import User
from tests.factories import CameraFactory
from tests.notifications.outputs import see
from tests.servers.hook import ERROR, Hook

pytestmark = [pytest.mark.django_db, pytest.mark.network]

PASSWORD = "planted-secret"


@pytest.fixture
def camera(site: Site, plain_hook: Hook) -> Camera:
    """Its second destination is a server that asks for a password; none is switched on."""
    to = {"address": "127.0.0.1", "port": plain_hook.port, "ssl": False, "user": plain_hook.user}
    made = CameraFactory(site=site, occupancy={"http": {"destinations": [{}, to]}})
    extension = Extension.objects.get(camera=made)
    secrets_change(extension, {"http_password_2": PASSWORD})
    extension.save()
    return made


def ask(client: Any, camera: Camera, place: int = 2) -> Any:
    return client.post(f"/api/v1/cameras/{camera.pk}/http-transmission/{place}/test/")


def test_the_exact_request_and_answer_are_shown(api: Any, owner: User, camera: Camera, plain_hook: Hook) -> None:
    """OUT-8: the newest counts; a destination need not be on yet."""
    see(camera, 6)
    told = ask(api(owner, "configure"), camera).json()
    (request,) = plain_hook.requests

    assert told["taken"]
    assert told["sent"].startswith("POST /AIOccupancyDetectionApp HTTP/1.1")
    assert request.body.decode() in told["sent"]
    assert (told["outcome"], told["answer"]) == ("200 OK", "taken")
    assert decode(request.body).picture == 6


def test_where_nobody_counts_nobody_is_there(api: Any, owner: User, camera: Camera, plain_hook: Hook) -> None:
    """OUT-8: a test does not wait for a camera."""
    plain_hook.reply = lambda _request: ERROR
    told = ask(api(owner, "configure"), camera).json()

    assert not told["taken"]
    assert "500" in told["outcome"]
    assert decode(plain_hook.requests[0].body).picture == 0


def test_without_an_address_nothing_is_sent(api: Any, owner: User, camera: Camera) -> None:
    """OUT-2: 409, in words that the page has, too."""
    answer = ask(api(owner, "configure"), camera, place=1)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_address")


def test_a_password_is_in_no_answer(api: Any, owner: User, camera: Camera, plain_hook: Hook) -> None:
    """SPEC 7."""
    plain_hook.auth = "basic"
    plain_hook.password = PASSWORD
    told = ask(api(owner, "configure"), camera).json()

    assert told["taken"]
    assert PASSWORD not in json.dumps(told)


def test_only_administrators_send(api: Any, colleague: User, stranger: User, camera: Camera, plain_hook: Hook) -> None:
    """SEC-1."""
    assert ask(api(colleague, "configure"), camera).status_code == 403
    assert ask(api(stranger, "configure"), camera).status_code == 404
    assert plain_hook.requests == []


def test_a_token_needs_its_scope_and_a_place_is_one_of_four(api: Any, owner: User, camera: Camera) -> None:
    """API-4."""
    assert ask(api(owner), camera).status_code == 403
    assert ask(api(owner, "configure"), camera, 5).status_code == 404
