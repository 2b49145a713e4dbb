"""API-4: how often somebody may ask."""

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.accounts.services import token_create
from portal.common import rate_limit
from portal.common.rate import Limit
from tests.servers.valkey import Valkey

SITES = "/api/v1/sites/"


@pytest.fixture
def limits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Three requests for a token, five for a user, two for an address, in a day that does not end."""
    monkeypatch.setattr(rate_limit.time, "time", lambda: 86400.0 * 20000 + 100)
    settings.RATE_LIMITS = {
        name: Limit(name, quota, 86400) for name, quota in {"token": 3, "user": 5, "address": 2}.items()
    }
    return settings


def statuses(client: APIClient, count: int) -> list[int]:
    return [client.get(SITES).status_code for _ in range(count)]


def test_a_token_may_ask_so_often_and_no_more(limits: Settings, api, colleague: User) -> None:
    """API-4: 429 as problem details, with the time to wait."""
    client = api(colleague)

    assert statuses(client, 3) == [200, 200, 200]
    refused = client.get(SITES)
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "throttled"
    assert refused.headers["Retry-After"] == str(86400 - 100)


def test_every_answer_says_what_is_left(limits: Settings, api, colleague: User) -> None:
    """API-4: RateLimit fields on what is answered and on what is refused."""
    client = api(colleague)
    first = client.get(SITES).headers
    statuses(client, 2)

    assert first["RateLimit-Policy"] == '"token";q=3;w=86400, "user";q=5;w=86400'
    assert first["RateLimit"] == '"token";r=2;t=86300, "user";r=4;t=86300'
    assert client.get(SITES).headers["RateLimit"] == '"token";r=0;t=86300, "user";r=1;t=86300'


def test_all_tokens_of_a_user_share_what_the_user_has(limits: Settings, api, colleague: User) -> None:
    """API-4: another token is no way round."""
    one, other = api(colleague), api(colleague)

    assert statuses(one, 3) + statuses(other, 3) == [200, 200, 200, 200, 200, 429]


def test_others_are_not_held_up(limits: Settings, api, colleague: User, stranger: User) -> None:
    """API-4: each token, each user."""
    statuses(api(colleague), 4)

    assert api(stranger).get(SITES).status_code == 200


def test_a_session_has_the_limit_of_its_user(limits: Settings, signed_in, colleague: User) -> None:
    """API-4: pages that ask the API count as well."""
    client = signed_in(colleague)

    assert statuses(client, 6) == [200] * 5 + [429]
    assert client.get(SITES).headers["RateLimit-Policy"] == '"user";q=5;w=86400'


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Bearer nonsense"}, {"HTTP_AUTHORIZATION": "Bearer"}])
def test_an_address_that_guesses_is_stopped(limits: Settings, db: None, header: dict) -> None:
    """API-4: per address; 401 first, then 429."""
    answers = [APIClient().get(SITES, **header) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"address";q=2;w=86400'


def test_a_good_token_is_not_held_up_by_its_neighbours(limits: Settings, api, colleague: User) -> None:
    """API-4: behind one address there may be many."""
    client = api(colleague)
    statuses(APIClient(), 5)

    assert client.get(SITES).status_code == 200


def test_a_new_window_begins_anew(limits: Settings, monkeypatch: pytest.MonkeyPatch, api, colleague: User) -> None:
    """API-4: fixed windows."""
    client = api(colleague)
    statuses(client, 4)
    monkeypatch.setattr(rate_limit.time, "time", lambda: 86400.0 * 20001)

    assert client.get(SITES).status_code == 200


def test_a_limit_that_is_off_counts_nothing(limits: Settings, api, colleague: User) -> None:
    """API-4: and says nothing."""
    limits.RATE_LIMITS = dict.fromkeys(limits.RATE_LIMITS)
    client = api(colleague)

    assert statuses(client, 6) == [200] * 6
    assert "RateLimit" not in client.get(SITES).headers


def test_without_its_key_value_server_the_portal_answers(
    limits: Settings, valkey_server: Valkey, colleague: User
) -> None:
    """API-4: nobody is limited by what cannot be counted."""
    _, text = token_create(user=colleague, name="vms")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    valkey_server.stop()
    try:
        assert statuses(client, 5) == [200] * 5
    finally:
        valkey_server.start()
        cache.close()
