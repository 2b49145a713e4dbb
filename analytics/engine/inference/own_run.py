"""One thread's way through a session: the memory of its input, and the one that its outputs come into.

Named inputs and outputs are looked up, allocated and copied at every run; bound once, a run takes 0.06 ms less.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from analytics.engine.inference.errors import InferenceFailedError
from analytics.engine.inference.manifest import InputForm
from analytics.engine.inference.prepare import InputBuffer
from analytics.engine.inference.providers import CPU
from analytics.engine.inference.sessions import SESSION_ERRORS, Session, session_run

Outputs = list[NDArray[np.float32]]
# onnxruntime has no errors of their own for bound runs.
RUN_ERRORS: tuple[type[Exception], ...] = (RuntimeError, *SESSION_ERRORS)


class OwnRun:
    """input: write a frame into it, then `run`.    session: the one that it was made for."""

    def __init__(self, session: Session, form: InputForm, names: Sequence[str] | None) -> None:
        self.session, self.input = session, InputBuffer(form)
        self._name, self._names = form.name, names
        self._outputs: Outputs = []
        self._binding = self._bound(session) if _binds(session) else None

    def run(self) -> Outputs:
        """What the network says of the input; overwritten by the next run. Raises InferenceFailedError."""
        if self._binding is None:
            return session_run(self.session, self._names, self._name, self.input.tensor)
        try:
            self.session.run_with_iobinding(self._binding)  # type: ignore[attr-defined] # `_binds` has looked
        except RUN_ERRORS as exc:
            raise InferenceFailedError(f"onnxruntime: {exc}") from exc
        return self._outputs

    def _bound(self, session: ort.InferenceSession) -> ort.IOBinding:
        binding = session.io_binding()
        binding.bind_cpu_input(self._name, self.input.tensor)
        shapes = {one.name: one.shape for one in session.get_outputs()}
        for name in self._names or shapes:
            output = np.empty(shapes[name], np.float32)
            binding.bind_output(name, "cpu", 0, np.float32, output.shape, output.ctypes.data)
            self._outputs.append(output)
        return binding


def _binds(session: Session) -> bool:
    """Whether the outputs lie in this machine's own memory, each of one size."""
    if not isinstance(session, ort.InferenceSession) or session.get_providers() != [CPU.name]:
        return False
    return all(isinstance(size, int) for one in session.get_outputs() for size in one.shape)
