"""The page on which a CSV file of cameras is imported."""

import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import CameraFactory
from tests.streamed import read

GOOD = "Name,Address\nGate,rtsp://10.0.0.1/live\nQuay,rtsp://10.0.0.2/live\n"
HTMX = {"HTTP_HX_REQUEST": "true"}


def send(client: Client, text: str | bytes, *, htmx: bool = True, **form: object):
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = "cameras.csv"
    return client.post(reverse("cameras_import"), {"table": file, **form}, **(HTMX if htmx else {}))


def words(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def test_a_file_is_checked_first_and_imported_afterwards(site: Site, owner: User, signed_in) -> None:
    """CAM-3: a dry run, then the import; the same page says what happened."""
    client = signed_in(owner)

    checked = words(send(client, GOOD, site=site.pk).content)
    assert "The file can be imported" in checked
    assert "Import 2 cameras" in checked
    assert not Camera.objects.exists()

    done = words(send(client, GOOD, **{"site": site.pk, "import": "1"}).content)
    assert "Done: 2 added, 0 changed, 0 as they were." in done
    assert Camera.objects.count() == 2

    again = words(send(client, GOOD, site=site.pk).content)
    assert "Everything is as the file says" in again
    assert "Import 2" not in again


def test_each_rows_error_is_shown_first_and_nothing_can_be_imported(site: Site, owner: User, signed_in) -> None:
    """CAM-3: not even by sending the form of the import."""
    text = f"{GOOD}Pier,ftp://h/\n"
    page = send(signed_in(owner), text, **{"site": site.pk, "import": "1"}).content

    assert "1 line has a mistake: nothing can be imported" in words(page)
    assert "Address: An address begins with rtsp://" in words(page)
    assert re.findall(r'data-action="(\w+)"', page.decode()) == ["mistake", "create", "create"]
    assert b'name="import"' not in page
    assert not Camera.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file is empty."),
        ("Colour\nred\n", "The column “Colour” is not known"),
        (b"Name\n\xff\n", "not UTF-8"),
        (b"Name\n" + b"x" * 2_000_001, "at most 2 MB can be read"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(site: Site, owner: User, signed_in, text: str, message: str) -> None:
    """CAM-3, SEC-6: limits are told; at the field of the file."""
    part, whole = send(signed_in(owner), text), send(signed_in(owner), text, htmx=False)

    assert (part.status_code, whole.status_code) == (422, 422)
    assert message in words(part.content)
    assert message in words(whole.content)


def test_the_page_says_what_a_file_holds(site: Site, owner: User, signed_in) -> None:
    """CAM-3: with an example that its own import understands."""
    client = signed_in(owner)

    page = client.get(reverse("cameras_import")).content.decode()
    assert all(f"<code>{name}</code>" in page for name in ("Site", "Name", "Address", "Password", "Enabled"))

    example = read(client.get(reverse("cameras_example")))
    assert "Import 2 cameras" in words(send(client, example).content)


def test_an_export_is_downloaded(site: Site, owner: User, stranger: User, signed_in) -> None:
    """CAM-3, SEC-1: of the site that was chosen; a stranger's is empty."""
    CameraFactory(site=site, name="Gate", password="s3cret", username="root")

    answer = signed_in(owner).get(reverse("cameras_export"), {"site": site.pk})

    assert 'filename="cameras.csv"' in answer.headers["Content-Disposition"]
    text = read(answer).decode()
    assert "Gate" in text
    assert not {"s3cret", "root"} & set(re.split(r"\W", text))
    assert signed_in(stranger).get(reverse("cameras_export"), {"site": site.pk}).status_code == 404
    assert b"Gate" not in read(signed_in(stranger).get(reverse("cameras_export")))


def test_only_administrators_import(site: Site, colleague: User, signed_in) -> None:
    """SEC-1."""
    assert signed_in(colleague).get(reverse("cameras_import")).status_code == 403
    assert send(signed_in(colleague), GOOD, site=site.pk).status_code == 403
    assert signed_in().get(reverse("cameras_import")).status_code == 302
