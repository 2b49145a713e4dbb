"""The training itself: steps, a running average of the weights, and a checkpoint to go on from.

Usable as functions too: pictures come in as values, progress goes out and the wish to stop comes in by callbacks.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from analytics.training.assign import Truth
from analytics.training.checkpoint import (
    CHECKPOINT,
    check_same_training,
    load_what_fits,
    plan_text,
    read_checkpoint,
    write_checkpoint,
)
from analytics.training.errors import PicturesError
from analytics.training.files import write_json
from analytics.training.loader import batches
from analytics.training.loss import Losses, losses
from analytics.training.network import OwnNetwork, places
from analytics.training.plan import Plan
from analytics.training.progress import Meter, Progress
from analytics.training.record import RECORD, record_of
from analytics.training.targets import Picture
from analytics.training.tasks import Task

CHECKPOINT_EVERY, REPORT_EVERY = 250, 50
GRADIENT_LIMIT = 10.0


class Training:
    """One training in one folder: where a checkpoint lies in it, it goes on from there.

    pictures: of the pool, drawn, or a site's own; the same ones again when it goes on.
    begin: weights to begin with, of this task or another (`state_dict`); random ones without.
    It runs on the GPU where there is one. Raises PicturesError, CheckpointError.
    """

    def __init__(
        self,
        task: Task,
        plan: Plan,
        pictures: Sequence[Picture],
        *,
        folder: Path,
        begin: dict[str, Tensor] | None = None,
    ) -> None:
        check_pictures(pictures, task)
        self.task, self.plan, self.pictures, self.folder = task, plan, pictures, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = _network(task, plan.seed, begin).to(self.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(_groups(self.network, plan.decay), lr=plan.rate)
        self.step, self.seconds = 0, 0.0
        self._resume()

    @property
    def finished(self) -> bool:
        """Whether the end of the plan is reached."""
        return self.step >= self.plan.steps

    def run(
        self, tell: Callable[[Progress], None], *, workers: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> bool:
        """Go on to the end of the plan, or until `cancelled` says so after a step; whether the end was reached.

        workers: processes that prepare pictures; 0 prepares them here.
        """
        self.network.train()
        meter, begun_s = Meter(self.plan, self.device), time.monotonic() - self.seconds
        for pixels, truth in batches(self.pictures, self.plan, self.step, workers):
            meter.add(self._learn(pixels, truth))
            self.step, self.seconds = self.step + 1, time.monotonic() - begun_s
            if self.step % REPORT_EVERY == 0:
                tell(meter.report(self.step))
            if self.step % CHECKPOINT_EVERY == 0:
                self.save()
            if cancelled():
                break
        self.save()
        return self.finished

    def _learn(self, pixels: Tensor, truth: Truth) -> Losses:
        """One step. pixels: uint8 (b, 3, h, w)."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate_at(self.step)
        x = pixels.to(self.device).contiguous(memory_format=torch.channels_last).float() / 255
        with torch.autocast(self.device.type, torch.bfloat16):
            logits, sides = self.network(x)
        where = places(x.shape[2], x.shape[3], self.device)
        part = losses(logits.float(), sides.float(), where, truth.to(self.device))
        self.optimizer.zero_grad(set_to_none=True)
        part.total().backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_LIMIT)
        self.optimizer.step()
        self._follow()
        return part

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average a little towards the weights."""
        keep = self.plan.ema_at(self.step)
        now = self.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(now[name], 1 - keep)
            else:
                value.copy_(now[name])

    def save(self) -> None:
        """Checkpoint and record."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_checkpoint(self.folder / CHECKPOINT, self._state())
        write_json(self.folder / RECORD, self.record())

    def record(self) -> dict[str, Any]:
        """What the training was made of up to here, for the model card."""
        on_gpu = self.device.type == "cuda"
        return record_of(self.task, self.plan, self.pictures, step=self.step, seconds=self.seconds, on_gpu=on_gpu)

    def _state(self) -> dict[str, Any]:
        return {
            "task": self.task.name,
            "plan": plan_text(self.plan),
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def _resume(self) -> None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        state = read_checkpoint(path, self.device)
        check_same_training(path, state, self.task, self.plan)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]


def check_pictures(pictures: Sequence[Picture], task: Task) -> None:
    """Raises PicturesError when there are none, or when one shows a class that the task does not have."""
    if not pictures:
        raise PicturesError(f"no pictures to learn {task.name} from")
    for number, picture in enumerate(pictures):
        wrong = [label for label in picture.targets.label.tolist() if not 0 <= label < len(task.labels)]
        if wrong:
            raise PicturesError(f"picture {number}: class {wrong[0]}, expected 0 to {len(task.labels) - 1}")


def _network(task: Task, seed: int, begin: dict[str, Tensor] | None) -> OwnNetwork:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = OwnNetwork(len(task.labels))
    if begin is not None:
        load_what_fits(network, begin)
    return network


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Kernels decay; biases and batch norms do not."""
    kernels = [value for value in network.parameters() if value.ndim > 1]
    others = [value for value in network.parameters() if value.ndim <= 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
