"""Opening a network in onnxruntime, and running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from analytics.engine.inference.errors import (
    InferenceFailedError,
    NetworkBrokenError,
    ProviderError,
)
from analytics.engine.inference.networks import Network
from analytics.engine.inference.providers import CPU, PROVIDERS

SESSION_ERRORS: tuple[type[Exception], ...] = (
    ort_errors.DeviceReset,
    ort_errors.EPFail,
    ort_errors.EngineError,
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)

Asked = str | tuple[str, dict[str, str]]
"""A provider as onnxruntime takes it: its name, or its name with options."""


class Session(Protocol):
    """The one thing we ask of onnxruntime once a session is open."""

    def run(self, names: Sequence[str] | None, inputs: dict[str, NDArray[np.float32]]) -> list[Any]:
        """The outputs by name, or all of them for None."""
        ...


def providers_present() -> list[str]:
    """Execution providers that this machine's onnxruntime was built with, fastest first; not all of them may work."""
    present = set(ort.get_available_providers())
    return [one.name for one in PROVIDERS if one.name in present]


def session_open(
    network: Network, providers: Sequence[Asked] = (CPU.name,), data: bytes | None = None
) -> ort.InferenceSession:
    """Load a network after checking its hash, its input and its size.

    providers: the wanted one first, then those that help out.    data: the network rewritten; None: the file as it is.
    Raises NetworkBrokenError; ProviderError when the wanted one does not work here.
    """
    network.verify()
    try:
        session = ort.InferenceSession(
            data or str(network.path), _options(), providers=list(providers), enable_fallback=0
        )
    except SESSION_ERRORS as exc:
        raise NetworkBrokenError(f"{network.path}: onnxruntime cannot load it: {exc}") from exc
    except RuntimeError as exc:  # what onnxruntime's Python side says, for one where TensorRT is not installed
        raise ProviderError(f"onnxruntime could not load it: {_without_place(str(exc))}") from exc
    _check_provider(providers[0], session)
    _check_input(network, session)
    return session


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # many cameras keep all cores busy; threads inside one run would only wait
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # unused initialisers of a network are nobody's concern
    return options


def _without_place(text: str) -> str:
    """Without the file and the function of onnxruntime's own that the message begins with."""
    return (text.partition(") ")[2] or text).strip()


def _check_provider(wanted: Asked, session: ort.InferenceSession) -> None:
    """onnxruntime leaves a provider out that it cannot load, and says so on the standard error stream only."""
    name = wanted if isinstance(wanted, str) else wanted[0]
    if name not in session.get_providers():
        raise ProviderError(
            "onnxruntime could not load it: its driver or libraries are missing or do not fit; "
            "the log of the camera worker names them"
        )


def _check_input(network: Network, session: ort.InferenceSession) -> None:
    form = network.manifest.input
    wanted = (form.name, [1, 3, form.height, form.width])
    found = [(one.name, [1 if isinstance(size, str) else size for size in one.shape]) for one in session.get_inputs()]
    if found != [wanted]:
        raise NetworkBrokenError(f"{network.path}: inputs are {found}, its manifest says {wanted}")


def session_run(
    session: Session, names: Sequence[str] | None, input_name: str, tensor: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """Run the network on a tensor. Raises InferenceFailedError."""
    try:
        return session.run(names, {input_name: tensor})
    except SESSION_ERRORS as exc:
        raise InferenceFailedError(f"onnxruntime: {exc}") from exc
