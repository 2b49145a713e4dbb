"""What networks may run on: what a deployment chooses, and what is there (RUN-6)."""

from pathlib import Path

import pytest

from analytics.engine.inference.providers import CPU, CUDA, OPENVINO, PROVIDERS, TENSORRT, InferenceChoice, Running

EVERYTHING = [one.name for one in PROVIDERS]


def chosen(*words: str, together: int = 0) -> InferenceChoice:
    return InferenceChoice.parse(words, together, Path("compiled"))


def test_without_a_choice_everything_that_is_installed_is_tried_fastest_first() -> None:
    """RUN-6: CUDA, TensorRT and OpenVINO when present; nothing is said of what is not."""
    assert chosen().to_try(EVERYTHING) == ([TENSORRT, CUDA, OPENVINO, CPU], [])
    assert chosen().to_try([CPU.name]) == ([CPU], [])


def test_a_choice_is_tried_in_its_order_and_the_cpu_at_the_end() -> None:
    """RUN-6: what comes after the CPU could never be reached."""
    assert chosen("openvino", "cuda").to_try(EVERYTHING) == ([OPENVINO, CUDA, CPU], [])
    assert chosen("cpu", "cuda").to_try(EVERYTHING) == ([CPU], [])


def test_what_was_chosen_and_is_not_installed_is_said() -> None:
    """RUN-6: a GPU that nobody uses is not kept quiet about."""
    tried, missing = chosen("tensorrt", "cuda").to_try([CUDA.name, CPU.name])

    assert tried == [CUDA, CPU]
    assert missing == ["TensorRT: not in the onnxruntime that is installed"]


@pytest.mark.parametrize(
    ("words", "together", "message"),
    [
        (["cuda", "gpu"], 0, "LOOKOUT_PROVIDERS names “gpu”; expected are tensorrt, cuda, openvino, cpu, with commas"),
        ([], 65, "LOOKOUT_BATCH is 65; expected are 1 to 64, or 0 for the usual"),
        ([], -1, "LOOKOUT_BATCH is -1"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(words: list[str], together: int, message: str) -> None:
    """RUN-3: at the start, naming the value and what is expected."""
    with pytest.raises(ValueError, match=message):
        chosen(*words, together=together)


def test_on_a_cpu_no_picture_waits_for_another() -> None:
    """DESIGN 3: batch size is a property of the provider: 1 on CPU, more on GPU."""
    assert CPU.together == OPENVINO.together == 1
    assert CUDA.together > 1
    assert TENSORRT.together > 1


def test_screens_name_a_provider_by_its_title() -> None:
    """RUN-6: one of another version of the portal by its word."""
    assert (Running("a", "cuda").title, Running("a", "rocm").title) == ("CUDA", "rocm")
