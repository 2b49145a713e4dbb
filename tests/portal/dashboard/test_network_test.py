"""A network tried on a picture that a portal administrator brings."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics.engine.inference.errors import InferenceTimeoutError
from analytics.engine.inference.pool import InferencePool
from portal.accounts.models import User
from portal.dashboard import picture_test
from portal.dashboard.forms import MOST_BYTES
from tests.analytics.engine.inference.builders import (
    FACES,
    constant_network,
    corners_outputs,
    network_put,
    pvb_outputs,
)
from tests.factories import UserFactory
from tests.portal.dashboard.pictures import encoded, png_header

# x1 y1 x2 y2 vehicle person bike: a person, a weak vehicle, and what is nothing but noise.
SEEN = [(0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0), (0.5, 0.0, 0.7, 0.3, 0.3, 0.0, 0.0), (0.8, 0.8, 0.9, 0.9, 0.0, 0.1, 0.0)]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(is_superuser=True)


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    """A network that always sees the same people, and one that always sees the same faces."""
    settings.NETWORK_FOLDERS = (tmp_path,)
    network_put(tmp_path, constant_network(pvb_outputs(SEEN)), id="people", file="people.onnx")
    faces = corners_outputs(
        [(0.1, 0.2, 0.2, 0.4, 0.9, 0.1), (0.1, 0.2, 0.2, 0.4, 0.1, 0.6), (0.6, 0.2, 0.7, 0.4, 0, 0.7)]
    )
    network_put(tmp_path, constant_network(faces), id="faces", file="faces.onnx", **FACES)
    return tmp_path


@pytest.fixture
def tester(administrator: User, signed_in, folder: Path) -> Client:
    """The administrator's browser, with the two networks there."""
    return signed_in(administrator)


def send(client: Client, data: bytes | None, network: str = "people", **headers: str) -> HttpResponse:
    picture = {} if data is None else {"picture": SimpleUploadedFile("picture.jpg", data)}
    return client.post("/networks/test/", {"network": network, **picture}, **headers)


def error(answer: HttpResponse, field: str) -> str:
    found = re.search(f'id="{field}-error"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert found
    return found[1].strip()


def test_the_picture_comes_back_with_boxes_scores_and_time(tester: Client) -> None:
    """UI 3, OCC-25: scores 0-99 on the portal's scale; what is below the default threshold is drawn apart."""
    answer = send(tester, encoded())

    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'src="data:image/jpeg;base64,[A-Za-z0-9+/=]{100,}"', page)
    assert '<g class="seen__object" data-kind="human"><rect x="10%" y="20%" width="20%" height="70%"/>' in page
    assert (
        '<g class="seen__object" data-kind="vehicle" data-below><rect x="50%" y="0%" width="20%" height="30%"/>' in page
    )
    assert re.findall(r"<td>(\w+)</td><td class=\"number\">(\d+)</td><td>([\w ]+)</td>", page) == [
        ("human", "69", "counts"),
        ("vehicle", "15", "too weak"),
    ]
    assert "1 × human" in page
    assert "160 × 90" in page
    assert re.search(r"\d+\.\d ms", page)


@pytest.mark.parametrize(
    ("row", "label"),
    [
        pytest.param((0.1, 0.5, 0.2, 0.9), 'x="10%" y="50%" dx="2" dy="-5"', id="above its box"),
        pytest.param((0.1, 0.0, 0.2, 0.9), 'x="10%" y="0%" dx="2" dy="15"', id="inside at the upper edge"),
        pytest.param((0.9, 0.5, 1.1, 0.9), 'x="100%" y="50%" dx="-2" text-anchor="end" dy="-5"', id="right edge"),
    ],
)
def test_a_label_stays_in_the_picture(row: tuple[float, ...], label: str, tester: Client, folder: Path) -> None:
    """UI 4: wherever the box is."""
    network_put(folder, constant_network(pvb_outputs([(*row, 0, 0.8, 0)])), id="one", file="one.onnx")

    assert f"<text {label}>" in send(tester, encoded(), "one").content.decode()


def test_faces_are_found_with_and_without_mask(tester: Client) -> None:
    """MASK-4: by the network of the other task; one frame for one face."""
    page = send(tester, encoded(".png"), "faces").content.decode()

    assert "1 × mask, 1 × no mask" in page
    assert re.findall(r'data-kind="(\w+)"', page) == ["mask", "no_mask"]


def test_nothing_found_is_said_in_words(tester: Client, folder: Path) -> None:
    """UI 2: an empty outcome is an outcome."""
    network_put(folder, constant_network(pvb_outputs(SEEN[2:])), id="blind", file="blind.onnx")

    assert "Nothing found" in send(tester, encoded(), "blind").content.decode()


def test_htmx_is_given_the_outcome_alone_and_the_file_stays_chosen(tester: Client) -> None:
    """UI 1: another network is one press away; old mistakes are taken back."""
    page = send(tester, encoded(), **HTMX).content.decode()

    assert "<html" not in page
    assert 'class="seen"' in page
    assert re.findall(r'id="([a-z]+)-error" role="alert" hx-swap-oob="true">\s*</p>', page) == ["network", "picture"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(None, "Choose a picture first.", id="nothing"),
        pytest.param(b"", "The file is empty.", id="empty"),
        pytest.param(b"%PDF-1.7" + b"x" * 99, "This is neither a JPEG nor a PNG file.", id="something else"),
        pytest.param(encoded()[:500], "The file is damaged: its picture cannot be decoded.", id="cut off"),
        pytest.param(
            png_header(9000, 100),
            "The picture has 9000 × 100 pixels; each side may have 32 to 8000.",
            id="too many pixels",
        ),
        pytest.param(
            encoded() + b"\0" * MOST_BYTES, "The file has 10.0 MB; at most 10 MB can be tested.", id="too many bytes"
        ),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_is_no_picture_is_told_at_its_place(
    data: bytes | None, message: str, headers: dict[str, str], tester: Client
) -> None:
    """UI 1: what is wrong with the file, and never a 500."""
    answer = send(tester, data, **headers)

    assert answer.status_code == 422
    assert error(answer, "picture") == message
    assert error(answer, "network") == ""


def test_only_networks_that_are_whole_are_offered(tester: Client, folder: Path) -> None:
    """RUN-6: a broken one is refused also when somebody asks for it by its id."""
    network_put(folder, b"weights", id="broken", file="broken.onnx").path.write_bytes(b"cut")

    offered = re.findall(
        r'<option value="([^"]+)"( selected)?', tester.get("/networks/test/?network=faces").content.decode()
    )

    assert offered == [("people", ""), ("faces", " selected")]
    for network in ("broken", "nowhere", ""):
        answer = send(tester, encoded(), network)
        assert answer.status_code == 422
        assert error(answer, "network")


def test_a_network_that_cannot_be_opened_says_why(tester: Client, folder: Path) -> None:
    """RUN-6: whole, but no network."""
    network_put(folder, b"not a network", id="odd", file="odd.onnx")

    answer = send(tester, encoded(), "odd")

    assert answer.status_code == 422
    assert "onnxruntime cannot load it" in error(answer, "network")


def test_without_any_network_there_is_nothing_to_choose(administrator: User, signed_in, settings) -> None:
    """UI 2: the next step instead of an empty list."""
    settings.NETWORK_FOLDERS = ()

    page = signed_in(administrator).get("/networks/test/").content.decode()

    assert "There is nothing that could look at a picture." in page
    assert "<select" not in page


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A network that gives no answer, and little patience."""
    pool, end = InferencePool(callers=1), threading.Event()
    monkeypatch.setattr(picture_test, "_pool", lambda: pool)
    monkeypatch.setattr(picture_test, "_look", lambda *_: end.wait())
    monkeypatch.setattr(picture_test, "LIMIT_S", 0.05)
    yield end
    end.set()
    pool.close()


def test_a_network_that_hangs_is_given_up(tester: Client, hanging: threading.Event) -> None:
    """RUN-4: the page answers within its limit."""
    answer = send(tester, encoded())

    assert answer.status_code == 422
    assert error(answer, "network") == str(InferenceTimeoutError("the network gave no answer within 0.05 s"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_portal_administrators_test(method: str, owner: User, signed_in, folder: Path) -> None:
    """SEC-1: an administrator of a site is not one of the portal; a visitor is asked who they are."""
    assert getattr(signed_in(owner), method)("/networks/test/").status_code == 403
    assert getattr(signed_in(), method)("/networks/test/").url == "/sign-in/?next=/networks/test/"


def test_a_picture_from_a_foreign_page_is_refused(administrator: User, folder: Path) -> None:
    """SEC-3."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)

    assert send(client, encoded()).status_code == 403


def test_nothing_of_the_picture_is_kept(
    tester: Client, settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """SEC-3: no row, no file. Queries: session, user; sites, badge."""
    before = sorted(Path(settings.DATA).rglob("*"))

    with django_assert_num_queries(4) as asked:
        assert send(tester, encoded()).status_code == 200

    assert all(one["sql"].startswith("SELECT") for one in asked.captured_queries)
    assert sorted(Path(settings.DATA).rglob("*")) == before


def test_no_part_of_the_outcome_needs_what_the_policy_forbids(tester: Client) -> None:
    """SEC-3: no style, no script; the picture is data:, which the policy allows for pictures."""
    answer = send(tester, encoded())

    page = answer.content.decode()
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    assert "<style" not in page
    assert "img-src 'self' blob: data:" in answer["Content-Security-Policy"]
