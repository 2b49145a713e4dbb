"""The health page: is everything there that detection needs."""

import re
from pathlib import Path

import pytest

from analytics.workers.heartbeat import Beat
from portal.accounts.models import User
from tests.analytics.engine.inference.builders import network_put
from tests.factories import UserFactory
from tests.servers.valkey import Valkey

BEAT = Beat(
    worker="build-host-17-ab",
    host="build-host",
    pid=17,
    started_at=1_700_000_000.0,
    at=1_700_000_100.0,
    slots=16,
    capacity=62.4,
    load=30.0,
    fps=29.5,
    ms=31.5,
    cameras=(1, 2, 3),
    short=(),
    networks=("yolox-nano-416",),
    missing=(),
    jpegs=12,
    inferences=3400,
)


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(is_superuser=True)


def lines(page: bytes) -> dict[str, tuple[str, str]]:
    """Name of a line -> its level and its words."""
    found = re.findall(r'data-level="(\w+)">([^<]*)</span><span class="line__text soft">([^<]*)<', page.decode())
    return {name: (level, words) for level, name, words in found}


def put(valkey: Valkey, beat: Beat) -> None:
    with valkey.client() as client:
        client.hset(f"worker:{beat.worker}", mapping=beat.to_hash())


def test_without_a_worker_the_page_says_what_does_not_happen(administrator: User, signed_in) -> None:
    """RUN-6: nothing pretends to detect."""
    answer = signed_in(administrator).get("/health/")

    seen = lines(answer.content)
    assert seen["Database"] == ("fine", "answers")
    assert seen["Key-value server"] == ("fine", "answers")
    assert seen["Camera workers"] == ("bad", "none is running: no camera is analysed")
    assert seen["Writer"][0] == "bad"
    assert "No worker is running" in answer.content.decode()


def test_a_worker_shows_its_load_and_a_writer_is_noticed(administrator: User, signed_in, valkey: Valkey) -> None:
    """EXT-2: 30 of 62 frames/s."""
    put(valkey, BEAT)
    with valkey.client() as client:
        client.set("lease:writer", "somebody")

    page = signed_in(administrator).get("/health/")

    assert lines(page.content)["Camera workers"] == ("fine", "1 running, 3 cameras")
    assert lines(page.content)["Writer"][0] == "fine"
    assert "30 of 62 frames/s" in page.content.decode()
    assert "build-host-17-ab" in page.content.decode()


def test_without_a_network_the_page_says_what_does_not_happen_and_leads_on(
    administrator: User, signed_in, settings, tmp_path: Path
) -> None:
    """RUN-6: nothing pretends to detect; which file goes where stands on the Networks page."""
    settings.NETWORK_FOLDERS = (tmp_path,)

    page = signed_in(administrator).get("/health/").content.decode()

    assert "No network is there: pictures are shown, but nothing is detected or counted." in page
    assert '<a href="/networks/">See which ones can be added</a>' in page
    assert lines(page.encode())["In the folders"] == ("bad", "0 networks")


def test_the_default_network_is_named(owner: User, signed_in, settings, tmp_path: Path) -> None:
    """RUN-6: for everybody."""
    settings.NETWORK_FOLDERS = (tmp_path,)
    network_put(tmp_path, b"weights")

    seen = lines(signed_in(owner).get("/health/").content)

    assert seen["Default"] == ("fine", "little")
    assert seen["In the folders"] == ("fine", "1 network")


def test_a_file_that_is_not_the_one_we_know_is_called_broken(
    administrator: User, signed_in, settings, tmp_path: Path
) -> None:
    """RUN-6: a wrong hash names itself."""
    (tmp_path / "yolox-nano-416.onnx").write_bytes(b"something else")
    settings.NETWORK_FOLDERS = (tmp_path,)

    page = signed_in(administrator).get("/health/").content.decode()

    assert 'data-level="bad">Broken' in page
    assert "yolox-nano-416.onnx: sha256 is" in page


def test_members_learn_no_folders_and_no_hosts(
    owner: User, signed_in, settings, tmp_path: Path, valkey: Valkey
) -> None:
    """SEC-1: the state of the portal is for all, how it is built is not."""
    put(valkey, BEAT)
    (tmp_path / "yolox-nano-416.onnx").write_bytes(b"something else")
    settings.NETWORK_FOLDERS = (tmp_path,)

    page = signed_in(owner).get("/health/").content.decode()

    assert "build-host" not in page
    assert str(tmp_path) not in page
    assert "A file cannot be used." in page


def test_the_page_comes_while_the_key_value_server_is_away(administrator: User, signed_in, settings) -> None:
    """SPEC 15: this is the page to look at then."""
    client = signed_in(administrator)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    seen = lines(client.get("/health/").content)

    assert seen["Key-value server"] == ("bad", "no connection: ConnectionError")
    assert seen["Camera workers"][0] == "bad"
