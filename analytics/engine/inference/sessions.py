"""Opening a network in onnxruntime, on the fastest execution provider that is installed, and running it."""

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
)
from analytics.engine.inference.networks import Network

# Fastest first; CPU is always there and runs what the others cannot.
PROVIDERS = ("TensorrtExecutionProvider", "CUDAExecutionProvider", "OpenVINOExecutionProvider", "CPUExecutionProvider")

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


class Session(Protocol):
    """The one thing we ask of onnxruntime once a session is open."""

    def run(self, names: Sequence[str] | None, inputs: dict[str, NDArray[np.float32]]) -> list[Any]:
        """The outputs by name, or all of them for None."""
        ...


def providers_present() -> list[str]:
    """Execution providers of this machine's onnxruntime, fastest first."""
    present = set(ort.get_available_providers())
    return [name for name in PROVIDERS if name in present]


def session_open(network: Network, providers: Sequence[str] | None = None, intra_op: int = 1) -> ort.InferenceSession:
    """Load a network after checking its hash, its input and its size. Raises NetworkBrokenError."""
    network.verify()
    options = ort.SessionOptions()
    options.intra_op_num_threads = intra_op
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # unused initialisers of a network are nobody's concern
    try:
        session = ort.InferenceSession(str(network.path), options, providers=list(providers or providers_present()))
    except SESSION_ERRORS as exc:
        raise NetworkBrokenError(f"{network.path}: onnxruntime cannot load it: {exc}") from exc
    _check_input(network, session)
    return session


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
