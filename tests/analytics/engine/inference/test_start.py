"""How a network comes to run: which provider, how many pictures at once, and whether that changes what it answers."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from django.conf import settings

from analytics.engine.inference import start
from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.errors import NetworkAloneError, NetworkBrokenError
from analytics.engine.inference.networks import MANIFESTS, Network, NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector, open_detector
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.providers import CPU, CUDA, ON_CPU, OPENVINO, PROVIDERS, InferenceChoice, Running
from analytics.engine.inference.start import network_for_many, network_start
from analytics.engine.inference.task import Task
from cameras.capture.clip import ClipReader
from cameras.capture.frame import Frame
from tests.analytics.engine.inference.builders import constant_network, network_put, pvb_outputs
from tests.analytics.engine.inference.reshaping import ROWS, Form, reshaping_network

CATALOGUE = NetworkCatalogue(settings.NETWORK_FOLDERS)
OWN = [network for task in Task for network in NetworkCatalogue([MANIFESTS]).available(task)]
OTHERS = [network for task in Task for network in CATALOGUE.available(task) if network.id not in {n.id for n in OWN}]
LIMIT_S = 30.0
FLOOR = dict.fromkeys(Kind, 0.01)  # so low that noise has objects
FOUR = InferenceChoice((CPU,), together=4)
ABSENT = tuple(one for one in PROVIDERS if one.name not in onnxruntime.get_available_providers())


@pytest.mark.parametrize("network", OWN, ids=lambda one: one.id)
def test_our_own_networks_take_several_pictures_in_a_run(network: Network) -> None:
    """RUN-6, DESIGN 3: rewritten when they are loaded; what they answer is what they answered before."""
    assert network_for_many(network) != network.path.read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize("network", OTHERS, ids=lambda one: one.id)
def test_the_networks_that_we_know_take_several_pictures_in_a_run(network: Network) -> None:
    """RUN-6, DESIGN 3: docs/operations/gpus.md says so of each of them."""
    assert network_for_many(network)


@pytest.mark.parametrize("form", ["raw table", "packed table", "constant"])
@pytest.mark.parametrize("target", [(1, ROWS, 4), (1, -1, 4), (-1, ROWS, 4), (0, -1, 4)], ids=str)
def test_wherever_the_number_of_pictures_is_written_down_it_is_freed(
    tmp_path: Path, form: Form, target: tuple[int, ...]
) -> None:
    """RUN-6: in the shapes of input and outputs, and in those that the graph brings values into."""
    network = network_put(tmp_path, reshaping_network(target, form))
    session = onnxruntime.InferenceSession(network_for_many(network), providers=[CPU.name])

    answers = session.run(None, {"image": np.zeros((5, 3, 64, 64), np.float32)})

    assert [answer.shape for answer in answers] == [(5, ROWS, 4)] * 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(reshaping_network(mixing=True), "several together are answered otherwise", id="pictures mixed"),
        pytest.param(constant_network(pvb_outputs([])), "several together are answered otherwise", id="one answer"),
        pytest.param(reshaping_network((1, -1, 4), allow_zero=True), "together are answered otherwise", id="no 0"),
    ],
)
def test_a_network_that_answers_otherwise_takes_its_pictures_one_by_one(tmp_path: Path, data: bytes, why: str) -> None:
    """RUN-6: found by running it, and said; nothing is assumed from how it looks."""
    network = network_put(tmp_path, data)
    with pytest.raises(NetworkAloneError, match=why):
        network_for_many(network)

    started = network_start(network, open_decoder(network.manifest), FOUR, limit_s=LIMIT_S)

    assert started.running.together == 1
    assert [why in note for note in started.running.notes] == [True]


@pytest.mark.parametrize("network", [OWN[0]], ids=lambda one: one.id)
def test_sharing_runs_changes_no_detection(network: Network) -> None:
    """DESIGN 3: eight threads, forty pictures, up to four in a run; boxes, scores and kinds are those of each alone."""
    assert sum(_compare(network, [_noise(number) for number in range(40)])) > 40


@pytest.mark.shared
@pytest.mark.parametrize("clip", ["people-one-by-one", "bicycles-street"])
def test_sharing_runs_changes_no_detection_on_real_pictures(clip: str) -> None:
    """DESIGN 3: the same with people and bicycles, and the default network."""
    frames = [frame for frame, _ in zip(ClipReader(settings.MEDIA_CLIPS / f"{clip}.mp4", 2), range(24), strict=False)]

    assert sum(_compare(CATALOGUE.default(), frames)) > len(frames)


def test_without_a_pool_there_is_nobody_to_wait_for() -> None:
    """DESIGN 3: a recording is analysed by one thread."""
    assert open_detector(None, [MANIFESTS], choice=FOUR).running == Running(OWN[0].id, "cpu", 1)


def test_where_pictures_share_runs_more_of_them_are_under_way() -> None:
    """DESIGN 3: while one batch runs, the next gathers; on a CPU alone there is one for each core, as ever."""
    pool = InferencePool(callers=2)
    open_detector(None, [MANIFESTS], pool, choice=ON_CPU)
    assert pool.callers == 2

    open_detector(None, [MANIFESTS], pool, choice=FOUR)
    assert pool.callers == 8
    pool.close()


def test_a_provider_that_is_not_installed_is_passed_over_and_told() -> None:
    """RUN-6: the CPU runs what the others cannot."""
    running = open_detector(None, [MANIFESTS], choice=InferenceChoice(ABSENT)).running

    assert running.provider == "cpu"
    assert [note.partition(":")[0] for note in running.notes] == [one.title for one in ABSENT]


@pytest.mark.filterwarnings("ignore:Specified provider:UserWarning")
def test_a_provider_that_cannot_be_loaded_is_passed_over_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-6: onnxruntime was built with it and leaves it out in silence, as where the driver is missing."""
    silent = CUDA if CUDA in ABSENT else OPENVINO
    monkeypatch.setattr(start, "providers_present", lambda: [silent.name, CPU.name])

    running = open_detector(None, [MANIFESTS], choice=InferenceChoice()).running

    assert running.provider == "cpu"
    assert [note.partition(": its driver")[0] for note in running.notes] == [
        f"{silent.title}: onnxruntime could not load it"
    ]


def test_a_broken_file_is_no_providers_fault(tmp_path: Path) -> None:
    """RUN-6: whatever is tried, the last word is the file's."""
    network = network_put(tmp_path, b"not a network")

    with pytest.raises(NetworkBrokenError, match=r"little.onnx: onnxruntime cannot load it"):
        network_start(network, open_decoder(network.manifest), FOUR, limit_s=LIMIT_S)


def _compare(network: Network, frames: list[Frame]) -> list[int]:
    """How many objects each frame has, alone and together."""
    alone, pool = OnnxDetector(network), InferencePool(callers=2)
    together = OnnxDetector(network, choice=FOUR, pool=pool)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda frame: together.detect(frame, FLOOR), frames))
    pool.close()
    expected = [alone.detect(frame, FLOOR) for frame in frames]
    assert together.running == Running(network.id, "cpu", 4)
    assert [len(one) for one in found] == [len(one) for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert _near(one, other)
    return [len(one) for one in found]


def _near(one: Detections, other: Detections) -> bool:
    same = np.allclose(one.xyxy, other.xyxy, atol=1e-3) and np.allclose(one.score, other.score, atol=1e-3)
    return same and one.kind.tolist() == other.kind.tolist()


def _noise(number: int) -> Frame:
    pixels = np.random.default_rng(number).integers(0, 256, (180, 320, 3)).astype(np.uint8)
    return Frame.from_bgr(pixels, number=number)
