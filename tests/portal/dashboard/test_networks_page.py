"""The Networks page: what detects, how good it is, and what could be added."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from tests.analytics.engine.inference.builders import FACES, manifest_json, network_put
from tests.factories import UserFactory
from tests.portal.dashboard.test_health_page import BEAT, put
from tests.servers.valkey import Valkey


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(is_superuser=True)


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    """The only folder where networks are looked for."""
    settings.NETWORK_FOLDERS = (tmp_path,)
    return tmp_path


def people(folder: Path, name: str = "people", rank: int = 1, **more: object) -> Path:
    return network_put(folder, b"weights", id=name, file=f"{name}.onnx", rank=rank, **more).path


def networks(page: str) -> dict[str, str]:
    """Id of a network that is there -> its part of the page, in the order of the page."""
    return dict(re.findall(r'<article [^>]*data-network="([^"]+)">(.*?)</article>', page, re.DOTALL))


def test_networks_stand_by_task_best_first_with_their_facts(owner: User, signed_in, folder: Path) -> None:
    """RUN-6: id, input, megabytes, licence, maker, what was measured; for everybody who is signed in."""
    people(folder, "second", rank=2)
    people(folder, "first", licence="AGPL-3.0", origin="trained here", measured="89 % exact")
    network_put(folder, b"w" * 2_600_000, id="faces", file="faces.onnx", **FACES)

    page = signed_in(owner).get("/networks/").content.decode()

    assert list(networks(page)) == ["first", "second", "faces"]
    assert page.index('id="occupancy"') < page.index('data-network="first"') < page.index('id="nonmask"')
    assert page.index('id="nonmask"') < page.index('data-network="faces"')
    first = networks(page)["first"]
    for fact in (
        "humans, vehicles, bicycles",
        "64 × 64",
        "0.0 MB",
        "AGPL-3.0",
        "trained here",
        "89 % exact",
        "hash verified",
    ):
        assert fact in first
    assert "faces with mask, faces without mask" in networks(page)["faces"]
    assert "2.6 MB" in networks(page)["faces"]


def test_the_default_of_each_task_is_marked(owner: User, signed_in, folder: Path) -> None:
    """RUN-6: a broken one is no default, however good its rank."""
    people(folder, "broken").write_bytes(b"cut")
    people(folder, "best", rank=2)
    people(folder, "good", rank=3)
    network_put(folder, b"faces", id="faces", file="faces.onnx", **FACES)

    seen = networks(signed_in(owner).get("/networks/").content.decode())

    assert [one for one, part in seen.items() if ">default<" in part] == ["best", "faces"]
    assert [one for one, part in seen.items() if ">broken<" in part] == ["broken"]


def test_a_network_in_use_is_marked(owner: User, signed_in, folder: Path, valkey: Valkey) -> None:
    """RUN-6: as the workers say."""
    people(folder, "used")
    people(folder, "idle", rank=2)
    put(valkey, replace(BEAT, networks=("used",)))

    seen = networks(signed_in(owner).get("/networks/").content.decode())

    assert [">in use<" in seen[one] for one in ("used", "idle")] == [True, False]


def test_a_broken_network_says_why_to_those_who_can_mend_it(
    administrator: User, owner: User, signed_in, folder: Path
) -> None:
    """RUN-6: a wrong hash names itself; SEC-1: folders are for portal administrators."""
    path = people(folder)
    path.write_bytes(b"something else")

    seen = networks(signed_in(administrator).get("/networks/").content.decode())["people"]
    assert f"{path}: sha256 is" in seen
    assert "/networks/test/" not in seen
    seen = networks(signed_in(owner).get("/networks/").content.decode())["people"]
    assert "Its file is not the one that is described here, and is not used." in seen
    assert str(folder) not in seen


def test_a_missing_network_is_described_with_the_place_where_it_goes(
    administrator: User, signed_in, folder: Path
) -> None:
    """RUN-6: what, from whom, licence, file, hash, folder."""
    people(folder)

    page = signed_in(administrator).get("/networks/").content.decode()

    assert "Better networks you can add" in page
    missing = re.search(r'data-missing="yolox-nano-416">(.*?)</li>', page, re.DOTALL)
    assert missing
    for fact in ("humans, vehicles, bicycles", "416 × 416", "Megvii YOLOX-Nano", "Apache-2.0", "yolox-nano-416.onnx"):
        assert fact in missing[1]
    assert re.search(r"<code>[0-9a-f]{64}</code>", missing[1])
    assert f"<code>{folder}</code>" in page


def test_members_learn_no_folders_and_no_hashes(owner: User, signed_in, folder: Path) -> None:
    """SEC-1: what the portal can do is for all, how it is built is not; nor may they test."""
    people(folder)

    page = signed_in(owner).get("/networks/").content.decode()

    assert "yolox-nano-416.onnx" in page
    assert str(folder) not in page
    assert not re.search("[0-9a-f]{64}", page)
    assert "/networks/test/" not in page


def test_without_any_network_the_page_says_what_does_not_happen(administrator: User, signed_in, folder: Path) -> None:
    """RUN-6: nothing pretends to detect; the next step stands beside it."""
    page = signed_in(administrator).get("/networks/").content.decode()

    assert networks(page) == {}
    assert page.count("No network is there") == 2
    assert "Pictures are shown, but nothing is detected or counted." in page
    assert "Networks you can add" in page
    assert f"<code>{folder}</code>" in page


def test_a_card_is_a_part_of_the_page(owner: User, signed_in, folder: Path) -> None:
    """RUN-6: tables and headings; a network without one has nothing to unfold."""
    people(folder, "told", card="told.card.md")
    (folder / "told.card.md").write_text("# Told\n\n| clip | MAE |\n| - | -: |\n| street | 0.2 |\n", encoding="utf-8")
    people(folder, "untold", rank=2)
    people(folder, "lost", rank=3, card="nowhere.card.md")

    seen = networks(signed_in(owner).get("/networks/").content.decode())

    assert '<td class="number">0.2</td>' in seen["told"]
    assert ["<details" in seen[one] for one in ("told", "untold", "lost")] == [True, False, False]


def test_a_description_that_makes_no_sense_is_noticed(administrator: User, signed_in, folder: Path) -> None:
    """RUN-6: which file, which field; nobody knows its task."""
    people(folder)
    people(folder, "odd")
    (folder / "odd.json").write_text(json.dumps(manifest_json(task="faces")), encoding="utf-8")

    page = signed_in(administrator).get("/networks/").content.decode()

    assert "A description of a network makes no sense and is left out." in page
    assert "task: &#x27;faces&#x27; was found where one of occupancy, nonmask was expected" in page
    assert list(networks(page)) == ["people"]


def test_non_mask_detection_is_not_promised_yet(administrator: User, signed_in, folder: Path) -> None:
    """MASK-1: the network is there and can be tested; cameras cannot use it."""
    network_put(folder, b"faces", id="faces", file="faces.onnx", **FACES)

    page = signed_in(administrator).get("/networks/").content.decode()

    assert "Cameras cannot use it yet: non-mask detection comes with a later version of the portal." in page
    assert "can be tested on a picture today" in page
    assert 'href="/networks/test/?network=faces"' in page


def test_visitors_are_sent_to_sign_in(signed_in) -> None:
    """SEC-1."""
    assert signed_in().get("/networks/").url == "/sign-in/?next=/networks/"


def test_the_page_comes_while_the_key_value_server_is_away(owner: User, signed_in, folder: Path, settings) -> None:
    """SPEC 15: then nothing is known to be in use."""
    people(folder)
    client = signed_in(owner)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    assert list(networks(client.get("/networks/").content.decode())) == ["people"]


@pytest.mark.parametrize("count", [1, 20])
def test_the_number_of_queries_is_constant(
    count: int, owner: User, signed_in, folder: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """STYLE 10: session, user; sites, badge."""
    for number in range(count):
        people(folder, f"people-{number}", rank=number + 1)
    client = signed_in(owner)

    with django_assert_num_queries(5):
        client.get("/networks/")
