"""The checkpoint of a training: everything to go on from, in one file."""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from analytics.training.errors import CheckpointError
from analytics.training.network import OwnNetwork
from analytics.training.plan import Plan
from analytics.training.tasks import TASKS, Task
from portal.common.whole_file import write_whole

CHECKPOINT = "checkpoint.pt"
FIELDS = {"task", "plan", "step", "seconds", "network", "average", "optimizer"}

State = dict[str, Any]


def write_checkpoint(path: Path, state: State) -> None:
    """state: the values of FIELDS; the plan as `plan_text` gives it, the others as torch does."""
    data = io.BytesIO()
    torch.save(state, data)
    write_whole(path, data.getvalue())


def read_checkpoint(path: Path, device: torch.device | str = "cpu") -> State:
    """Raises CheckpointError."""
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as exc:
        raise CheckpointError(f"{path}: expected the checkpoint of a training: {exc}") from exc
    if not isinstance(state, dict) or FIELDS - state.keys():
        raise CheckpointError(f"{path}: expected the checkpoint of a training")
    return state


def read_trained(path: Path) -> tuple[Task, OwnNetwork]:
    """What a checkpoint was trained for, and the averaged weights. Raises CheckpointError."""
    state = read_checkpoint(path)
    task = TASKS[state["task"]]
    network = OwnNetwork(len(task.labels))
    network.load_state_dict(state["average"])
    return task, network


def plan_text(plan: Plan) -> str:
    """A plan as it stands in a checkpoint."""
    return json.dumps(asdict(plan))


def check_same_training(path: Path, state: State, task: Task, plan: Plan) -> None:
    """Raises CheckpointError, which names what differs, when a checkpoint is of another task or plan."""
    made = {"task": state["task"], **json.loads(state["plan"])}
    wanted = {"task": task.name, **json.loads(plan_text(plan))}
    changed = [name for name in sorted(made | wanted) if made.get(name) != wanted.get(name)]
    if changed:
        told = "; ".join(f"{name} was {made.get(name)} and is now {wanted.get(name)}" for name in changed)
        raise CheckpointError(f"{path}: of another training ({told}): name another folder")


def load_what_fits(network: nn.Module, weights: dict[str, Tensor]) -> int:
    """Copy the weights whose name and shape agree, all but the class branch between tasks; how many did."""
    own = network.state_dict()
    fitting = {name: value for name, value in weights.items() if name in own and own[name].shape == value.shape}
    network.load_state_dict({**own, **fitting})
    return len(fitting)
