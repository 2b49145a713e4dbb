"""Warnings that belong to no child."""

from pathlib import Path

from portal.supervisor.notes import EVERY_S, Notes
from portal.supervisor.plan import Launch

NO_NETWORK = "no network: cameras are shown, nothing is detected. best.onnx is missing: put it into …"


def launch(*networks: Path) -> Launch:
    paths = tuple(str(path) for path in networks)
    return Launch(base="", data="", host="", port=8000, networks=paths, no_network=NO_NETWORK)


def test_a_missing_network_is_said_until_it_is_there(tmp_path: Path) -> None:
    """RUN-6: which file is missing and where to put it; the line goes when the file comes."""
    notes = Notes(launch(tmp_path / "best.onnx", tmp_path / "good.onnx"), "")

    before = notes(0.0)
    (tmp_path / "good.onnx").touch()

    assert before == (NO_NETWORK,)
    assert notes(EVERY_S) == ()


def test_it_does_not_look_at_every_turn_of_the_loop(tmp_path: Path) -> None:
    """RUN-1: a quiet portal is quiet."""
    notes = Notes(launch(tmp_path / "best.onnx"), "")
    notes(0.0)
    (tmp_path / "best.onnx").touch()

    assert notes(EVERY_S - 0.1) == (NO_NETWORK,)


def test_a_key_value_server_that_is_away_is_named_without_its_password() -> None:
    """DESIGN 1, SEC-2: REDIS_URL is somebody else's server; ours cannot start it."""
    (line,) = Notes(launch(), "redis://:hush-hush@127.0.0.1:1/0")(0.0)

    assert line == "the key-value server of REDIS_URL (127.0.0.1:1) does not answer"
