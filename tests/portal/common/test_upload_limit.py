"""SEC-6: no request carries more than its address allows, whatever it says of its length."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cameras.extensions import document
from cameras.onboarding import table
from portal.accounts.models import User
from portal.asgi import application
from portal.common import limits, picture
from portal.dashboard import forms

pytestmark = pytest.mark.django_db(transaction=True)


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://testserver")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte, so that the test sends no more than that."""
    monkeypatch.setattr(limits, "BODY", 1_000_000)


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/cameras/", "application/problem+json"), ("/sign-in/", "text/html")]
)
async def test_what_says_that_it_is_too_large_is_refused(small: None, path: str, kind: str) -> None:
    """SEC-6: as a problem or as a page, with the policy of every page."""
    async with client() as http:
        answer = await http.post(path, content=b"x" * 1_000_001)

    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith(kind)
    assert "at most 1 MB" in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_what_turns_out_to_be_too_large_is_not_read_on(small: None) -> None:
    """SEC-6: a body without a length is counted."""
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 100_000
            yield b"x" * 100_000

    async with client() as http:
        answer = await http.post("/api/v1/cameras/", content=pieces())

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert sent <= 1_200_000


async def test_what_fits_reaches_its_view(small: None) -> None:
    """SEC-6: the limit itself is allowed; the view asks who it is."""
    async with client() as http:
        answer = await http.post("/api/v1/cameras/", content=b"x" * 1_000_000)

    assert answer.status_code == 401


def test_every_upload_fits_into_a_request() -> None:
    """SEC-6: with the form around it; and all limits are in one place."""
    assert max(limits.PICTURE, limits.TABLE, limits.DOCUMENT) * 1.1 < limits.BODY
    assert (picture.MOST_BYTES, forms.MOST_BYTES) == (limits.PICTURE, limits.PICTURE)
    assert (table.MOST_BYTES, document.MOST_BYTES) == (limits.TABLE, limits.DOCUMENT)


@pytest.mark.parametrize(
    ("page", "field", "most"), [("cameras_import", "table", limits.TABLE), ("network_test", "picture", limits.PICTURE)]
)
def test_a_file_that_is_too_large_is_refused_by_its_form(
    owner: User, signed_in: Any, page: str, field: str, most: int
) -> None:
    """SEC-6: with the limit in the words."""
    User.objects.filter(pk=owner.pk).update(is_superuser=True)
    file = SimpleUploadedFile("large", b"x" * (most + 1))

    answer = signed_in(owner).post(reverse(page), {field: file, "network": "x"})

    assert f"at most {most // 1_000_000} MB" in answer.content.decode().replace("\xa0", " ")
