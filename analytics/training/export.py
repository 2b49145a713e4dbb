"""From trained weights to the file that the portal runs, and the manifest beside it.

Batch norms melt into their convolutions, boxes are decoded in the graph, weights are stored as float16 with a cast to
float32 beside them: half the size, the same arithmetic. Values too small for float16's normal range become 0: such
denormal numbers make a CPU several times slower.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from analytics.training.augment import PAD
from analytics.training.card import manifest_text
from analytics.training.errors import ExportError
from analytics.training.files import write_json
from analytics.training.network import STRIDES, Conv, Light, OwnNetwork, Places, boxes_of, places
from analytics.training.tasks import OCCUPANCY, Task
from portal.common.whole_file import write_whole

SMALLEST_NORMAL = 6.2e-5  # of float16
CAST_FROM = 64  # smaller tables stay float32: they weigh nothing
LARGEST_SIDE = 1024  # float16 still knows every place of such a picture exactly
LICENCE = "of this project; the pictures it learnt from have terms of their own: see its card"
UNFITTED = [[0, 0], [0.35, 25], [1, 99]]  # raw score → portal score, until the evaluation has fitted them


class Runnable(nn.Module):
    """What is exported: picture → `boxes` (b, n, 4) in fractions of the input, `scores` (b, n, classes) 0..1."""

    def __init__(self, network: OwnNetwork, width: int, height: int) -> None:
        super().__init__()
        self.network = network
        where = places(height, width)
        self.register_buffer("centres", where.centres)
        self.register_buffer("strides", where.strides)
        self.register_buffer("size", torch.tensor([width, height, width, height], dtype=torch.float32))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """image: float32 (b, 3, h, w), 0..1, BGR."""
        logits, sides = self.network(image)
        return boxes_of(sides, Places(self.centres, self.strides)) / self.size, logits.sigmoid()


def write_network(
    network: OwnNetwork, task: Task, folder: Path, *, width: int, height: int, rank: int, record: Mapping[str, Any]
) -> Path:
    """ONNX file, manifest and training record of one input size; the manifest's path. Raises ExportError.

    The working points are the evaluation's to find (`evaluate`): until then they are 0.35.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"lookout-{task.name}-{width}x{height}.json"
    export(network, path.with_suffix(".onnx"), width, height)
    write_json(path.with_suffix(".training.json"), record)
    manifest = _manifest(path.with_suffix(".onnx"), task, rank, _input(width, height))
    write_whole(path, manifest_text(manifest).encode())
    return path


def export(network: OwnNetwork, path: Path, width: int, height: int, *, dynamic_batch: bool = False) -> None:
    """Write the ONNX file. width, height: of the input. Raises ExportError for a size that no such network takes."""
    _check_size(width, height)
    runnable = Runnable(fused(network), width, height).eval()
    program = torch.onnx.export(
        runnable,
        (torch.zeros(2 if dynamic_batch else 1, 3, height, width),),
        dynamo=True,
        input_names=["image"],
        output_names=["boxes", "scores"],
        dynamic_shapes={"image": {0: torch.export.Dim("batch")}} if dynamic_batch else None,
        external_data=False,
        verbose=False,
    )
    model = program.model_proto
    _halve(model.graph)
    _forget_origin(model)
    onnx.checker.check_model(model)
    write_whole(path, model.SerializeToString(deterministic=True))


def _check_size(width: int, height: int) -> None:
    coarsest = max(STRIDES)
    if any(side % coarsest or not coarsest <= side <= LARGEST_SIDE for side in (width, height)):
        raise ExportError(f"size {width}x{height}, expected multiples of {coarsest}, at most {LARGEST_SIDE}")


def fused(network: OwnNetwork) -> OwnNetwork:
    """A copy whose batch norms are part of the convolutions before them."""
    network = copy.deepcopy(network).cpu().float().eval()
    for module in network.modules():
        if isinstance(module, Conv | Light):
            module[0] = fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()
    return network


def _halve(graph: Any) -> None:
    """Store the large tables as float16, each with a Cast to float32 in front of the graph."""
    casts = []
    for table in list(graph.initializer):
        values = numpy_helper.to_array(table)
        if values.dtype != np.float32 or values.size < CAST_FROM:
            continue
        name = f"{table.name}_half"
        casts.append(helper.make_node("Cast", [name], [table.name], to=TensorProto.FLOAT))
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(halved(values), name))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def halved(values: NDArray[np.float32]) -> NDArray[np.float16]:
    """In float16, without denormals. Raises ExportError for what float16 cannot hold."""
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is told below
        half = values.astype(np.float16)
    if not np.isfinite(half).all():
        raise ExportError("a weight is larger than 65504 or no number: the training has gone astray")
    half[np.abs(half) < SMALLEST_NORMAL] = 0
    return half


def _forget_origin(model: Any) -> None:
    """Drop what the exporter notes about source files and the machine."""
    model.producer_name, model.producer_version, model.doc_string = "lookout", "", ""
    del model.graph.value_info[:]
    for noted in (model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output):
        noted.doc_string = ""
        del noted.metadata_props[:]


def _input(width: int, height: int) -> dict[str, Any]:
    return {
        "name": "image",
        "width": width,
        "height": height,
        "colour": "BGR",
        "resize": "letterbox-top-left",
        "pad": PAD,
        "scale": 1 / 255,
    }


def _manifest(file: Path, task: Task, rank: int, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": "lookout-network/1",
        "id": file.stem,
        "task": task.extension,
        "file": file.name,
        "card": f"{file.stem}.card.md",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "licence": LICENCE,
        "origin": "Lookout: trained by this project from random weights",
        "rank": rank,
        "input": form,
        "decoder": "corners",
        "nms_iou": 0.5,
        "largest_box": 0.8 if task is OCCUPANCY else 1.0,  # nobody fills a camera's picture, but a face may
        "classes": {str(number): label for number, label in enumerate(task.labels)},
        "scores": dict.fromkeys(task.labels, UNFITTED),
    }
