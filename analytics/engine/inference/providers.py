"""What networks may run on, and what a deployment wants of it (RUN-6). Plain values: onnxruntime is not loaded here.

How many pictures go into one run belongs to the provider (DESIGN 3). A CPU is quickest with one picture for each core;
a GPU has more units than one picture of a camera keeps busy, so that pictures of several cameras share a run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Self

MOST_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Provider:
    """word: in the environment and the API.    title: on screens.    name: as onnxruntime calls it.

    together: how many pictures share a run. Of GPUs it is a guess that no measurement has confirmed yet.
    """

    word: str
    title: str
    name: str
    together: int


TENSORRT = Provider("tensorrt", "TensorRT", "TensorrtExecutionProvider", 16)
CUDA = Provider("cuda", "CUDA", "CUDAExecutionProvider", 16)
OPENVINO = Provider("openvino", "OpenVINO", "OpenVINOExecutionProvider", 1)
CPU = Provider("cpu", "CPU", "CPUExecutionProvider", 1)

PROVIDERS = (TENSORRT, CUDA, OPENVINO, CPU)
"""Fastest first; CPU is always there and runs what the others cannot."""


@dataclass(frozen=True, slots=True)
class InferenceChoice:
    """What a deployment has chosen.

    providers: to be tried in this order, and CPU at the end in any case; none: all that are installed, fastest first.
    together: pictures in one run; 0: what is good for the provider.
    compiled: the folder where TensorRT keeps what it has compiled; None: it compiles at every start.
    """

    providers: tuple[Provider, ...] = ()
    together: int = 0
    compiled: Path | None = None

    @classmethod
    def parse(cls, words: Sequence[str], together: int, compiled: Path) -> Self:
        """words: of providers. Raises ValueError, naming what was given and what is expected."""
        known = {provider.word: provider for provider in PROVIDERS}
        unknown = [word for word in words if word not in known]
        if unknown:
            raise ValueError(f"LOOKOUT_PROVIDERS names “{unknown[0]}”; expected are {', '.join(known)}, with commas.")
        if not 0 <= together <= MOST_TOGETHER:
            raise ValueError(f"LOOKOUT_BATCH is {together}; expected are 1 to {MOST_TOGETHER}, or 0 for the usual.")
        return cls(tuple(known[word] for word in dict.fromkeys(words)), together, compiled)

    @property
    def share_runs(self) -> bool:
        """Whether a deployment has said that pictures of several cameras are to share runs of a device."""
        return bool(self.providers) and (self.together or self.providers[0].together) > 1

    def to_try(self, installed: Collection[str]) -> tuple[list[Provider], list[str]]:
        """Providers in their order, CPU last; and a line for each that was asked for and is not installed.

        installed: what onnxruntime was built with, by its own names.
        """
        before_cpu = list(takewhile(lambda one: one is not CPU, self.providers or PROVIDERS))
        there = [one for one in before_cpu if one.name in installed]
        missing = [one for one in before_cpu if one not in there] if self.providers else []
        return [*there, CPU], [f"{one.title}: not in the onnxruntime that is installed" for one in missing]


@dataclass(frozen=True, slots=True)
class Running:
    """How a network runs in a worker.

    network: its id.    provider: a provider's word.    together: pictures in one run at most; 1: each alone.
    notes: a line for each provider that was passed over, and why pictures do not share a run; for administrators.
    """

    network: str
    provider: str
    together: int = 1
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Of the provider, for screens."""
        return next((one.title for one in PROVIDERS if one.word == self.provider), self.provider)


ON_CPU = InferenceChoice((CPU,))
