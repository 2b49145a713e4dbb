"""How wrong an answer is: classes by binary cross-entropy against soft scores, boxes by overlap and by distance."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from analytics.training.assign import Assignment, Truth, assign, ignored_places
from analytics.training.network import BINS, Places, boxes_of

CLASS_GAIN, OVERLAP_GAIN, DISTANCE_GAIN = 1.0, 5.0, 1.0
EMPTY_GAIN, EMPTY_POWER, EMPTY_LEAST = 0.75, 1.5, 0.02
OF_ANGLES = 0.4053  # 4 / π²


@dataclass(frozen=True, slots=True)
class Losses:
    """The three parts, each of them per unit of score assigned."""

    classes: Tensor
    overlap: Tensor
    distance: Tensor

    def total(self) -> Tensor:
        """What is minimised."""
        return CLASS_GAIN * self.classes + OVERLAP_GAIN * self.overlap + DISTANCE_GAIN * self.distance


def losses(logits: Tensor, sides: Tensor, where: Places, truth: Truth) -> Losses:
    """Of a batch. logits (b, n, classes) and sides (b, n, 4·BINS) as `OwnNetwork.forward` gives them."""
    boxes = boxes_of(sides, where)
    found = assign(logits.sigmoid(), boxes, where.centres, truth)
    unit = found.weight.sum().clamp(min=1.0)
    overlap, distance = _boxes(sides, boxes, where, found, truth)
    return Losses(_classes(logits, found, where.centres, truth) / unit, overlap / unit, distance / unit)


def _classes(logits: Tensor, found: Assignment, centres: Tensor, truth: Truth) -> Tensor:
    """Empty places count the less the surer it already is that they are empty (varifocal, arXiv:2008.13367)."""
    each = binary_cross_entropy_with_logits(logits, found.score, reduction="none")
    positive = found.score > 0
    empty = EMPTY_GAIN * logits.detach().sigmoid().pow(EMPTY_POWER) + EMPTY_LEAST
    counts = torch.where(positive, torch.ones_like(logits), empty)
    free = positive | ~ignored_places(centres, truth, logits.shape[2])
    return (each * counts * free).sum()


def _boxes(sides: Tensor, boxes: Tensor, where: Places, found: Assignment, truth: Truth) -> tuple[Tensor, Tensor]:
    """Overlap and distance, summed over the places that answer for a box."""
    rows = found.weight > 0
    weight = found.weight[rows]
    aim = truth.xyxy.gather(1, found.box[..., None].expand(-1, -1, 4))[rows]
    centres, strides = where.centres.expand(len(sides), -1, -1)[rows], where.strides.expand(len(sides), -1)[rows]
    reach = torch.cat([centres - aim[:, :2], aim[:, 2:] - centres], -1) / strides[:, None]
    overlap = ((1 - complete_iou(boxes[rows], aim)) * weight).sum()
    return overlap, (distance_loss(sides[rows], reach) * weight).sum()


def distance_loss(sides: Tensor, reach: Tensor) -> Tensor:
    """(p, 4·BINS) and (p, 4) in strides → (p,): cross-entropy to the two bins beside the true distance."""
    aim = reach.clamp(0, BINS - 1 - 0.01).reshape(-1)
    logits, low = sides.reshape(-1, BINS), aim.long()
    share = aim - low
    below = cross_entropy(logits, low, reduction="none") * (1 - share)
    above = cross_entropy(logits, low + 1, reduction="none") * share
    return (below + above).reshape(-1, 4).mean(1)


def complete_iou(a: Tensor, b: Tensor) -> Tensor:
    """(p, 4) each → (p,), at most 1: overlap less what centres and proportions are apart (CIoU, arXiv:1911.08287)."""
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])
    shared = (high - low).clamp(min=0).prod(1)
    size_a, size_b = (a[:, 2:] - a[:, :2]).clamp(min=1e-3), (b[:, 2:] - b[:, :2]).clamp(min=1e-3)
    iou = shared / (size_a.prod(1) + size_b.prod(1) - shared)
    around = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).pow(2).sum(1)
    apart = ((a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2).pow(2).sum(1)
    turned = (_proportion(size_a) - _proportion(size_b)).pow(2) * OF_ANGLES
    with torch.no_grad():
        factor = turned / (1 - iou + turned + 1e-7)
    return iou - apart / (around + 1e-7) - factor * turned


def _proportion(size: Tensor) -> Tensor:
    """(p, 2) → (p,): width by height as an angle."""
    return torch.atan(size[:, 0] / size[:, 1])
