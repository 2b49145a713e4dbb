"""The exported file: it answers what the weights answer, and has the form that the portal runs."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("torch", reason="the training extra is not installed")
pytest.importorskip("onnx", reason="the training extra is not installed")
pytest.importorskip("onnxscript", reason="the training extra is not installed")

import onnx
import torch

from analytics.engine.inference.manifest import load_manifest
from analytics.engine.inference.networks import Network
from analytics.training import command
from analytics.training.__main__ import main
from analytics.training.checkpoint import CHECKPOINT
from analytics.training.errors import ExportError
from analytics.training.export import Runnable, export, halved, write_network
from analytics.training.network import OwnNetwork
from analytics.training.plan import Plan
from analytics.training.seeing import Looker
from analytics.training.speed import read_cost
from analytics.training.tasks import FACES, OCCUPANCY
from tests.analytics.training.drawn import jpeg, row, write_pool
from tests.analytics.training.evaluations import RECORD

# torch's exporter warns of its own old parts.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

WIDTH, HEIGHT = 416, 256
YOLOX_NANO_MACS, MOST_BYTES = 540_000_000, 3_000_000


@pytest.fixture(scope="module")
def network() -> OwnNetwork:
    """Never trained, but with batch norms that have seen something, and heads that say different things."""
    torch.manual_seed(1)
    made = OwnNetwork(3).train()
    with torch.no_grad():
        for _ in range(3):
            made(torch.rand(2, 3, 64, 96) * torch.rand(1, 3, 1, 1))
        for head in made.heads:
            head.classes[-1].weight.mul_(200)
            head.classes[-1].bias.zero_()
            head.sides[-1].weight.mul_(50)
    return made.eval()


@pytest.fixture(scope="module")
def file(network: OwnNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged size."""
    path = tmp_path_factory.mktemp("export") / "static.onnx"
    export(network, path, WIDTH, HEIGHT)
    return path


def ran(path: Path, images: np.ndarray) -> list[np.ndarray]:
    """boxes, scores."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["boxes", "scores"], {"image": images})


def images(number: int, width: int, height: int) -> np.ndarray:
    """Some noise."""
    return np.random.default_rng(1).random((number, 3, height, width), np.float32)


def tables(path: Path) -> list[np.ndarray]:
    """The stored numbers of a file."""
    return [onnx.numpy_helper.to_array(table) for table in onnx.load(path).graph.initializer]


def test_the_file_answers_what_the_network_answers(network: OwnNetwork, file: Path) -> None:
    """RUN-6: boxes in fractions and scores, within 2e-3, in float16 and without batch norms."""
    image = images(1, WIDTH, HEIGHT)
    with torch.no_grad():
        wanted = [one.numpy() for one in Runnable(network, WIDTH, HEIGHT)(torch.from_numpy(image))]

    found = ran(file, image)

    assert [one.shape for one in found] == [one.shape for one in wanted]
    assert max(np.abs(a - b).max() for a, b in zip(found, wanted, strict=True)) < 2e-3
    assert wanted[1].std() > 0.01, "a network that says the same everywhere proves nothing"


def test_any_batch_runs_where_asked_for(network: OwnNetwork, tmp_path: Path) -> None:
    """Issue 3: static batch and dynamic batch give the same answers."""
    export(network, tmp_path / "one.onnx", 96, 64)
    export(network, tmp_path / "any.onnx", 96, 64, dynamic_batch=True)
    three = images(3, 96, 64)

    together = ran(tmp_path / "any.onnx", three)
    alone = [ran(tmp_path / "one.onnx", three[number : number + 1]) for number in range(3)]

    for number in range(3):
        assert all(np.abs(a[number] - b[0]).max() < 1e-4 for a, b in zip(together, alone[number], strict=True))
    assert ran(tmp_path / "any.onnx", three[:1])[0].shape[0] == 1


def test_weights_are_stored_as_float16_without_denormals(file: Path) -> None:
    """Issue 3: half the size; denormals would slow a CPU down several times."""
    stored = [one for one in tables(file) if one.dtype.kind == "f"]
    halves = sum(one.nbytes for one in stored if one.dtype == np.float16)

    assert halves > 0.99 * sum(one.nbytes for one in stored)
    for one in stored:
        assert not ((one != 0) & (np.abs(one) < np.finfo(one.dtype).tiny)).any()


def test_the_file_is_small_and_cheap(file: Path) -> None:
    """Issue 3: at most 3 MB, 1 M parameters and the multiply-adds of YOLOX-nano at 416."""
    cost = read_cost(file)

    assert cost.size_bytes <= MOST_BYTES
    assert cost.parameters <= 1_000_000
    assert cost.macs <= YOLOX_NANO_MACS


def test_batch_norms_are_gone(file: Path) -> None:
    """Issue 3: nothing but convolutions is left of them."""
    assert "BatchNormalization" not in {node.op_type for node in onnx.load(file).graph.node}


def test_the_file_tells_nothing_of_the_machine(file: Path) -> None:
    """SEC: no folder, no source file."""
    model = onnx.load(file)
    del model.graph.initializer[:]  # numbers, among which any letter occurs

    text = model.SerializeToString()

    assert model.producer_name == "lookout"
    assert not any(told in text for told in (b".py", b"torch", str(Path.cwd()).encode()))


def test_halving_drops_denormals_and_refuses_what_is_too_large() -> None:
    """Issue 3: a training that went astray is not exported."""
    found = halved(np.array([1.0, 6e-5, -6e-8, 0.0, 1e-4], np.float32))

    assert found.tolist() == [1.0, 0.0, 0.0, 0.0, np.float16(1e-4)]
    for wrong in (1e5, np.nan):
        with pytest.raises(ExportError, match="gone astray"):
            halved(np.array([wrong], np.float32))


@pytest.mark.parametrize(("width", "height"), [(400, 256), (416, 0), (2048, 256)])
def test_a_size_that_no_such_network_takes_is_refused(
    network: OwnNetwork, tmp_path: Path, width: int, height: int
) -> None:
    """Issue 3: nothing is written."""
    with pytest.raises(ExportError, match="expected multiples of 32, at most 1024"):
        export(network, tmp_path / "some.onnx", width, height)
    assert not list(tmp_path.iterdir())


def test_network_manifest_and_record_fit_together(tmp_path: Path) -> None:
    """RUN-6: the portal takes it, hash and all; of faces, none is too large."""
    path = write_network(OwnNetwork(2), FACES, tmp_path, width=96, height=64, rank=1, record=RECORD)
    manifest = load_manifest(path)

    assert manifest is not None
    assert (manifest.id, manifest.task, manifest.largest_box) == ("lookout-faces-96x64", "nonmask", 1.0)
    assert json.loads((tmp_path / "lookout-faces-96x64.training.json").read_text()) == RECORD
    assert Looker(Network(manifest, path.with_suffix(".onnx")), FACES.labels).look(np.zeros((50, 50, 3), np.uint8))


def test_from_a_pool_to_a_network_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 3: train, train on, export; ranks in the order of the sizes."""
    monkeypatch.setattr(command, "Plan", partial(Plan, batch=2, sizes=((0.0, 64),)))
    pool = write_pool(tmp_path, pvb=[row()], files={"one.jpg": jpeg()})
    out, networks = tmp_path / "out", tmp_path / "networks"
    train = ["train", "occupancy", "--pool", str(pool), "--out", str(out), "--workers", "0", "--scenes", "2"]

    main([*train, "--steps", "2", "--minutes", "0.000001"])
    main([*train, "--steps", "2"])
    main(["export", str(out), "--size", "96x64", "--size", "64x64", "--out", str(networks), "--dynamic-batch"])

    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["stopped at step 1: the same command goes on", "finished"]
    manifests = [load_manifest(networks / f"lookout-occupancy-{size}.json") for size in ("96x64", "64x64")]
    assert [one.rank for one in manifests if one] == [1, 2]
    assert (networks / "lookout-occupancy-96x64.batch.onnx").exists()
    record = json.loads((networks / "lookout-occupancy-96x64.training.json").read_text())
    assert (record["steps"], record["pictures"], record["simulated"]) == (2, {"open": 1}, 2)
    assert set(manifests[0].parts) <= {part for part in manifests[0].parts if part.label in OCCUPANCY.labels}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["train", "occupancy", "--pool", "POOL/none", "--out", "OUT"], "none/pvb.jsonl", id="no pool"),
        pytest.param(
            ["train", "faces", "--pool", "POOL", "--out", "OUT", "--licences", "open"],
            "no pictures to learn faces from",
            id="no pictures",
        ),
        pytest.param(
            ["train", "faces", "--pool", "POOL", "--out", "OUT", "--licences", "free"], "'free'", id="unknown licence"
        ),
        pytest.param(
            ["train", "faces", "--pool", "POOL", "--out", "OUT", "--begin", "POOL/none.pt"],
            "none.pt",
            id="no beginning",
        ),
        pytest.param(["export", "OUT", "--size", "64x64"], CHECKPOINT, id="no training"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Issue 3: nothing is begun."""
    pool = write_pool(tmp_path, pvb=[row()])
    places = {"POOL": str(pool), "OUT": str(tmp_path / "out")}
    argv = [argument.replace("POOL", places["POOL"]).replace("OUT", places["OUT"]) for argument in arguments]

    with pytest.raises(SystemExit) as ended:
        main(argv)

    assert ended.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert told in lines[0]
    assert not (tmp_path / "out").exists()
