"""The catalogue: what is there, what is missing and where to put it, what is broken."""

from pathlib import Path

import pytest

from analytics.engine.inference.errors import NetworkBrokenError, NetworkMissingError, NetworkTaskError
from analytics.engine.inference.networks import MANIFESTS, NetworkCatalogue
from analytics.engine.inference.task import Task
from tests.analytics.engine.inference.builders import FACES, network_put


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder in the place of the product's own networks."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of the search path."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_a_network_is_found_by_its_file_name_along_the_search_path(own: Path, data: Path) -> None:
    """RUN-6: the manifest in one folder, the file in another, the first folder wins."""
    network_put(own, b"weights")
    (data / "little.onnx").write_bytes(b"weights")

    found = NetworkCatalogue([data, own], manifests=own).get("little")

    assert found.path == data / "little.onnx"


def test_a_missing_file_is_named_with_the_folders_it_may_be_put_into(own: Path, data: Path) -> None:
    """RUN-6: pages, health page and log say which file is missing and where to put it."""
    network_put(own, b"weights").path.unlink()
    catalogue = NetworkCatalogue([data, data / "more"], manifests=own)

    (missing,) = catalogue.missing()

    assert catalogue.available() == []
    assert str(missing).startswith(f"little.onnx is missing: put it into {data} or {data / 'more'} (sha256 ")


@pytest.mark.parametrize("ask", [lambda c: c.get("little"), lambda c: c.default()], ids=["by its id", "the best"])
def test_asking_for_what_is_missing_says_so(own: Path, data: Path, ask: object) -> None:
    """RUN-6: nothing pretends to detect."""
    network_put(own, b"weights").path.unlink()

    with pytest.raises(NetworkMissingError, match=f"little.onnx is missing: put it into {data}"):
        ask(NetworkCatalogue([data], manifests=own))  # type: ignore[operator]  # one of the two above


def test_an_unknown_id_is_named_with_those_that_are_known(own: Path) -> None:
    """RUN-6: a slip of the pen in settings."""
    network_put(own, b"weights")

    with pytest.raises(NetworkMissingError, match="no network is called 'litle': known are little"):
        NetworkCatalogue([own], manifests=own).get("litle")


def test_the_default_is_the_best_that_is_present(own: Path, data: Path) -> None:
    """RUN-6: rank 1 is the first choice; it counts only when its file is there."""
    network_put(data, b"good", id="good", file="good.onnx", rank=2)
    network_put(data, b"fair", id="fair", file="fair.onnx", rank=3)
    network_put(own, b"best", id="best", file="best.onnx", rank=1).path.unlink()
    catalogue = NetworkCatalogue([data], manifests=own)

    assert catalogue.default().id == "good"
    assert [network.id for network in catalogue.available()] == ["good", "fair"]
    assert [missing.manifest.id for missing in catalogue.missing()] == ["best"]


def test_a_wrong_hash_names_the_file(own: Path) -> None:
    """RUN-6: a wrong hash names itself."""
    path = network_put(own, b"weights").path
    path.write_bytes(b"other weights")
    catalogue = NetworkCatalogue([own], manifests=own)

    with pytest.raises(NetworkBrokenError, match=f"{path}: sha256 is [0-9a-f]+, the manifest of little says"):
        catalogue.get("little")
    assert [str(path) in str(problem) for problem in catalogue.broken()] == [True]


def test_a_broken_network_gives_way_to_the_next_and_is_reported(own: Path) -> None:
    """RUN-6: the best that can be used; the broken one stays on the health page."""
    network_put(own, b"best", id="best", file="best.onnx", rank=1).path.write_bytes(b"cut")
    network_put(own, b"good", id="good", file="good.onnx", rank=2)
    catalogue = NetworkCatalogue([own], manifests=own)

    assert catalogue.default().id == "good"
    assert "best.onnx" in str(catalogue.broken()[0])


def test_when_all_are_broken_the_first_of_them_is_named(own: Path) -> None:
    """RUN-6: better than 'no network'."""
    path = network_put(own, b"weights").path
    path.write_bytes(b"cut")

    with pytest.raises(NetworkBrokenError, match=str(path)):
        NetworkCatalogue([own], manifests=own).default()


def test_a_hash_is_computed_again_when_the_file_changes(own: Path) -> None:
    """RUN-6: an operator puts the right file in place of a broken one."""
    path = network_put(own, b"weights").path
    path.write_bytes(b"cut")
    catalogue = NetworkCatalogue([own], manifests=own)
    assert catalogue.broken()

    path.write_bytes(b"weights")

    assert catalogue.default().path == path


def test_a_broken_manifest_is_reported_and_the_others_work(own: Path) -> None:
    """RUN-6: one bad file is not the end of all networks."""
    network_put(own, b"weights")
    (own / "bad.json").write_text("{", encoding="utf-8")
    catalogue = NetworkCatalogue([own], manifests=own)

    assert catalogue.default().id == "little"
    assert "bad.json" in str(catalogue.broken()[0])


def test_a_manifest_beside_its_file_adds_a_network(own: Path, data: Path) -> None:
    """RUN-6: any network by a small manifest; other JSON in that folder is left alone."""
    network_put(data, b"weights", id="mine", file="mine.onnx")
    (data / "notes.json").write_text("{", encoding="utf-8")
    catalogue = NetworkCatalogue([data], manifests=own)

    assert catalogue.get("mine").path == data / "mine.onnx"
    assert catalogue.broken() == []


def test_the_products_manifest_wins_over_one_beside_the_file(own: Path, data: Path) -> None:
    """RUN-6: a folder of the operator's cannot change what a known id means."""
    network_put(own, b"weights", licence="ours").path.unlink()
    network_put(data, b"weights", licence="theirs")

    assert NetworkCatalogue([data], manifests=own).get("little").manifest.licence == "ours"


def test_folders_that_do_not_exist_are_no_trouble(own: Path, tmp_path: Path) -> None:
    """RUN-6: the search path names folders that may come later."""
    assert NetworkCatalogue([tmp_path / "later"], manifests=own).available() == []


def test_without_any_folder_the_message_still_makes_sense(own: Path) -> None:
    """RUN-6: an empty search path."""
    network_put(own, b"weights").path.unlink()

    with pytest.raises(NetworkMissingError, match="put it into a folder of the search path"):
        NetworkCatalogue([], manifests=own).default()


def test_the_networks_we_know_are_ranked_without_ties_and_our_own_come_first() -> None:
    """RUN-6: within a task; of those that others made, the one that counts best without fitted thresholds."""
    missing = [NetworkCatalogue([]).missing(task) for task in Task]

    assert sum(map(len, missing)) == len({path.name.partition(".")[0] for path in MANIFESTS.glob("*.json")})
    for of_task in missing:
        assert len({one.manifest.rank for one in of_task}) == len(of_task)
        made_here = [one.manifest.id.startswith("lookout-") for one in of_task]
        assert made_here == sorted(made_here, reverse=True)
    others = [one.manifest.id for one in missing[0] if not one.manifest.id.startswith("lookout-")]
    assert others[0] == "person-vehicle-bike-2001-384"


def test_each_task_has_networks_of_its_own(own: Path) -> None:
    """RUN-6, MASK-1: a camera that counts is never given a network for faces, however good its rank."""
    network_put(own, b"faces", id="faces", file="faces.onnx", rank=1, **FACES)
    network_put(own, b"people", id="people", file="people.onnx", rank=2)
    network_put(own, b"gone", id="gone", file="gone.onnx", rank=3, **FACES).path.unlink()
    catalogue = NetworkCatalogue([own], manifests=own)

    assert [one.id for one in catalogue.available()] == ["people"]
    assert [one.id for one in catalogue.available(Task.NONMASK)] == ["faces"]
    assert (catalogue.default().id, catalogue.default(Task.NONMASK).id) == ("people", "faces")
    assert [len(catalogue.missing(task)) for task in Task] == [0, 1]


def test_a_network_of_another_task_says_what_it_finds_instead(own: Path) -> None:
    """RUN-6: a camera whose settings name a network for faces says so on every screen, and the other way round."""
    network_put(own, b"faces", id="faces", file="faces.onnx", **FACES)
    network_put(own, b"people", id="people", file="people.onnx")
    catalogue = NetworkCatalogue([own], manifests=own)

    with pytest.raises(NetworkTaskError, match=r"^faces finds faces with and without mask, not people and vehicles$"):
        catalogue.get("faces")
    with pytest.raises(NetworkTaskError, match=r"^people finds people and vehicles, not faces with and without mask$"):
        catalogue.get("people", Task.NONMASK)
    assert catalogue.get("faces", Task.NONMASK).id == "faces"


def test_broken_networks_of_every_task_are_reported(own: Path) -> None:
    """RUN-6: and an unreadable manifest apart, because nobody knows its task."""
    network_put(own, b"faces", id="faces", file="faces.onnx", **FACES).path.write_bytes(b"cut")
    (own / "bad.json").write_text("{", encoding="utf-8")
    catalogue = NetworkCatalogue([own], manifests=own)

    assert [str(one).split("/")[-1].split(":")[0] for one in catalogue.broken()] == ["bad.json", "faces.onnx"]
    assert len(catalogue.unreadable()) == 1


def test_more_networks_go_beside_the_products_own_and_not_among_them(own: Path, data: Path) -> None:
    """RUN-6: what an operator adds outlives the next version of the product."""
    assert NetworkCatalogue([own, data], manifests=own).places == (data,)
    assert NetworkCatalogue([own], manifests=own).places == (own,)
