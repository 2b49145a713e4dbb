"""The networks: one for each task, whole, and run by the fastest that the machine has (RUN-6)."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from analytics.engine.inference.errors import NetworkError
from analytics.engine.inference.networks import NetworkCatalogue
from analytics.engine.inference.onnx import open_detector
from analytics.engine.inference.providers import CUDA
from analytics.engine.inference.sessions import providers_present
from analytics.engine.inference.task import Task
from portal.doctor.finding import Finding, fine, warn, wrong

NVIDIA = Path("/proc/driver/nvidia/version")
ADVICE = "Install what it needs, or choose with LOOKOUT_PROVIDERS: docs/operations/gpus.md."


def networks() -> Iterator[Finding]:
    """The best of each task, its sha256 compared, and every file that is not what its manifest says."""
    catalogue = NetworkCatalogue(settings.NETWORK_FOLDERS)
    for task in Task:
        try:
            best = catalogue.default(task)
        except NetworkError as error:
            yield wrong("networks", f"none for {task}: {error}", "Put the file there, or add a network under Networks.")
        else:
            number = len(catalogue.available(task))
            yield fine("networks", f"{task}: {best.id} is the best of {number}, its sha256 is right")
    for broken in catalogue.broken():
        yield warn("networks", str(broken), "Fetch the file again, or remove it together with its manifest.")


def providers() -> Iterator[Finding]:
    """What networks run on here, tried with the best one. Workers on other hosts: see the Workers page."""
    present = providers_present()
    if NVIDIA.exists() and CUDA.name not in present:
        yield warn(
            "execution providers",
            f"an NVIDIA driver is loaded, and onnxruntime has only {', '.join(present)}",
            "Install onnxruntime-gpu in place of onnxruntime, with the CUDA and cuDNN that it names.",
        )
    try:
        running = open_detector(None, settings.NETWORK_FOLDERS, choice=settings.INFERENCE).running
    except NetworkError as error:
        yield warn("execution providers", f"{', '.join(present)}; not tried: {error}", "See the line of the networks.")
        return
    for note in running.notes:
        yield warn("execution providers", note, ADVICE)
    yield fine(
        "execution providers", f"{running.network} runs on {running.title}; onnxruntime has {', '.join(present)}"
    )
