"""A network that a portal administrator brings: checked, kept, used, taken away again."""

import fcntl
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from analytics.engine.inference.networks import NetworkCatalogue
from cameras.models import Extension, Job
from portal.accounts.models import User
from portal.common import limits
from portal.common.models import AuditEntry
from tests.analytics.engine.inference.builders import (
    constant_network,
    manifest_json,
    network_put,
    onnx_model,
    onnx_node,
    onnx_tensor,
    pvb_outputs,
)
from tests.factories import ExtensionFactory, UserFactory

API = "/api/v1/networks/"
SEEN = [(0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0)]
WHOLE = constant_network(pvb_outputs(SEEN))


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    """Where uploads go, beside a folder with a network that is there already."""
    given = tmp_path / "given"
    given.mkdir()
    network_put(given, WHOLE, id="people", file="people.onnx", rank=5)
    settings.UPLOADED_NETWORKS = tmp_path / "uploaded"
    settings.NETWORK_FOLDERS = (given, settings.UPLOADED_NETWORKS)
    return settings.UPLOADED_NETWORKS


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(is_superuser=True)


@pytest.fixture
def program(administrator: User, folder: Path, api: Any) -> Any:
    """A program of the portal's administrator."""
    return api(administrator, "configure")


def described(data: bytes = WHOLE, **changes: Any) -> bytes:
    """The manifest of a file."""
    facts = {"id": "brought", "file": "brought.onnx", "rank": 9, "sha256": hashlib.sha256(data).hexdigest()}
    return json.dumps(manifest_json(**facts | changes)).encode()


def send(client: Any, address: str, data: bytes | None = WHOLE, manifest: bytes | None = None, **how: Any) -> Any:
    files = {} if data is None else {"file": SimpleUploadedFile("x.onnx", data)}
    if manifest is not None:
        files["manifest"] = SimpleUploadedFile("y.json", manifest)
    return client.post(address, files, **how)


def post(client: Any, data: bytes | None = WHOLE, manifest: bytes | None = None) -> Any:
    return send(client, API, data, manifest, format="multipart")


def left(folder: Path) -> list[str]:
    """Names of all that lies there; the lock file stays."""
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.name != ".lock")


def test_a_network_is_brought_and_found_by_workers_at_once(program: Any, folder: Path) -> None:
    """RUN-6: the catalogue that workers ask has it, whole; the log knows who brought it (SEC-5)."""
    answer = post(program, WHOLE, described())

    assert (answer.status_code, answer.json()["id"]) == (201, "brought")
    assert {name: answer.json()[name] for name in ("there", "usable", "uploaded", "default")} == {
        "there": True,
        "usable": True,
        "uploaded": True,
        "default": False,
    }
    assert NetworkCatalogue(settings.NETWORK_FOLDERS).get("brought").path.read_bytes() == WHOLE
    assert left(folder) == ["brought.json", "brought.onnx"]
    entry = AuditEntry.objects.filter(action=AuditEntry.Action.CREATE, additional_data__network="brought").get()
    assert entry.additional_data is not None
    assert entry.additional_data["sha256"] == answer.json()["sha256"]


def test_a_known_network_needs_no_manifest(program: Any, folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """RUN-6: one that the list describes, and whose file is missing."""
    manifests = tmp_path / "known"
    manifests.mkdir()
    (manifests / "brought.json").write_bytes(described())
    monkeypatch.setattr("analytics.services.network.MANIFESTS", manifests)
    monkeypatch.setattr(NetworkCatalogue.__init__, "__defaults__", (manifests,))

    assert post(program, WHOLE).status_code == 201
    assert left(folder) == ["brought.onnx"]


BAD = [
    pytest.param(WHOLE, None, "manifest", "The portal does not know this file", id="unknown, without manifest"),
    pytest.param(WHOLE, b"{", "manifest", "no manifest of a network", id="no JSON"),
    pytest.param(WHOLE, b"[" * 50_000, "manifest", "no manifest of a network", id="JSON without end"),
    pytest.param(WHOLE, b" " * (limits.MANIFEST + 1), "manifest", "at most 100 kB", id="large manifest"),
    pytest.param(WHOLE, described(rank=0), "manifest", "rank", id="a field that does not fit"),
    pytest.param(WHOLE, described(b"other"), "file", "its manifest says", id="of another file"),
    pytest.param(WHOLE, described(id="people"), "manifest", "a network “people” already", id="id taken"),
    pytest.param(WHOLE, described(file="people.onnx"), "manifest", "a file “people.onnx” already", id="file taken"),
    pytest.param(WHOLE, described(file=".hidden.onnx"), "manifest", "ends with .onnx", id="hidden file"),
    pytest.param(WHOLE, described(file="brought.json"), "manifest", "ends with .onnx", id="no ONNX name"),
    pytest.param(WHOLE, described(id="a/b"), "manifest", "up to 80 letters", id="id with a slash"),
    pytest.param(WHOLE, described(decoder="telepathy"), "file", "telepathy", id="no such decoder"),
    pytest.param(b"junk", described(b"junk"), "file", "no ONNX file", id="no network"),
    pytest.param(b"", described(b""), "file", "empty", id="empty"),
    pytest.param(None, described(), "file", "", id="no file"),
]
OUTSIDE = onnx_model(node=onnx_node(tensor=onnx_tensor(location="/etc/passwd")))


@pytest.mark.parametrize(
    ("data", "manifest", "path", "words"),
    [*BAD, pytest.param(OUTSIDE, described(OUTSIDE), "file", "external data", id="external data")],
)
def test_what_cannot_be_used_is_refused(
    data: bytes | None, manifest: bytes | None, path: str, words: str, program: Any
) -> None:
    """SEC-6: with what is wrong, at its place; the folder and the log are as before."""
    answer = post(program, data, manifest)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)
    assert words in answer.json()["errors"][0]["detail"]
    assert left(settings.UPLOADED_NETWORKS) == []
    assert not AuditEntry.objects.filter(additional_data__has_key="network").exists()


def test_a_file_beyond_the_limit_is_not_read_to_its_end(program: Any, folder: Path, monkeypatch: Any) -> None:
    """SEC-6."""
    monkeypatch.setattr(limits, "NETWORK", len(WHOLE) - 1)

    assert "more than" in post(program, WHOLE, described()).json()["errors"][0]["detail"]
    assert left(folder) == []


def test_one_network_is_checked_at_a_time(program: Any, folder: Path) -> None:
    """SEC-6: what an ended process left of its own is gone with the next."""
    (folder / ".new-lost").mkdir(parents=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = post(program, WHOLE, described())

    assert (refused.status_code, refused.json()["code"]) == (409, "network_busy")
    assert post(program, WHOLE, described()).status_code == 201
    assert left(folder) == ["brought.json", "brought.onnx"]


def test_a_network_that_nobody_uses_is_removed(program: Any, folder: Path) -> None:
    """RUN-6, SEC-5."""
    post(program, WHOLE, described())

    assert program.delete(f"{API}brought/").status_code == 204
    assert left(folder) == []
    assert program.get(f"{API}brought/").status_code == 404
    assert AuditEntry.objects.filter(action=AuditEntry.Action.DELETE, additional_data__network="brought").count() == 1


@pytest.mark.parametrize("network", ["brought", ""])
def test_a_network_that_cameras_use_stays(network: str, program: Any, folder: Path) -> None:
    """RUN-6: named in their settings, or the default of those that name none."""
    post(program, WHOLE, described(rank=1))
    extension = ExtensionFactory(network=network)

    answer = program.delete(f"{API}brought/")

    assert (answer.status_code, answer.json()["code"]) == (409, "network_used")
    assert extension.camera.name in answer.json()["detail"]
    Extension.objects.update(network="people")
    assert program.delete(f"{API}brought/").status_code == 204


def test_a_network_on_its_way_to_cameras_stays(program: Any, folder: Path) -> None:
    """RUN-6, EXT-1."""
    post(program, WHOLE, described())
    Job.objects.create(kind=Job.Kind.NETWORK, order={"extension": "occupancy", "network": "brought"})

    assert program.delete(f"{API}brought/").json()["code"] == "network_used"


def test_what_was_not_uploaded_is_not_removed(program: Any, folder: Path) -> None:
    """RUN-6: whoever put it there takes it away."""
    assert program.delete(f"{API}people/").json()["code"] == "not_uploaded"
    assert program.delete(f"{API}nobody/").status_code == 404


def test_only_administrators_of_the_portal_bring_and_remove(
    owner: User, administrator: User, api: Any, signed_in: Any, folder: Path
) -> None:
    """SEC-1: administrators of a site do not, nor does a token that may only operate."""
    for client in (api(owner, "configure"), api(administrator, "operate")):
        assert post(client, WHOLE, described()).status_code == 403
        assert client.delete(f"{API}people/").status_code == 403
    assert post(api(), WHOLE, described()).status_code == 401
    page = signed_in(owner)
    assert send(page, "/networks/add/", WHOLE, described()).status_code == 403
    assert page.post("/networks/people/remove/").status_code == 403
    assert "/networks/add/" not in page.get("/networks/").content.decode()
    assert not folder.exists()


def test_the_page_adds_and_removes(administrator: User, signed_in: Any, folder: Path) -> None:
    """UI 3, Admin: what is default now is said."""
    client = signed_in(administrator)
    added = send(client, "/networks/add/", WHOLE, described(rank=1), follow=True).content.decode()

    assert "“brought” is there. Cameras whose settings name no network use it from now on." in added
    assert 'action="/networks/brought/remove/"' in added
    assert 'action="/networks/people/remove/"' not in added
    gone = client.post("/networks/brought/remove/", follow=True).content.decode()
    assert "The network “brought” was removed." in gone
    assert left(folder) == []


def test_the_page_names_what_is_wrong_at_its_place(administrator: User, signed_in: Any, folder: Path) -> None:
    """UI 1."""
    client = signed_in(administrator)

    assert error(send(client, "/networks/add/", None), "file") == "Choose a file first."
    answer = send(client, "/networks/add/", b"junk", described(b"junk"))
    assert answer.status_code == 422
    assert error(answer, "file").startswith("The file cannot be used: it is no ONNX file")
    assert "The portal does not know this file" in error(send(client, "/networks/add/", WHOLE), "manifest")


def test_the_page_says_why_a_network_stays(administrator: User, signed_in: Any, folder: Path) -> None:
    """UI 1."""
    client = signed_in(administrator)
    send(client, "/networks/add/", WHOLE, described())
    camera = ExtensionFactory(network="brought").camera

    page = client.post("/networks/brought/remove/", follow=True).content.decode()

    assert f"“brought” was not removed. 1 camera uses it: {camera.name}." in page


def test_an_upload_from_a_foreign_page_is_refused(administrator: User, folder: Path) -> None:
    """SEC-3."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)

    assert send(client, "/networks/add/", WHOLE, described()).status_code == 403


def error(answer: HttpResponse, field: str) -> str:
    found = re.search(f'id="{field}-error"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert found
    return found[1].strip()
