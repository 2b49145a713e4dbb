"""Which places of the network answer for which box: task-aligned assignment (TOOD, arXiv:2108.07755).

Of the places inside a box, those answer whose present score and overlap agree best; where two boxes want one place,
the one it overlaps more has it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

PLACES_PER_BOX = 10
SCORE_POWER, OVERLAP_POWER = 0.5, 6.0
SMALLEST_PX = 16.0  # smaller boxes are taken for as large when places are looked for: two fine places on each side


@dataclass(frozen=True, slots=True)
class Truth:
    """The boxes of a batch, padded to the same number.

    xyxy: (b, m, 4) pixels.    label: (b, m).    sure: (b, m), 0..1.    there: (b, m), False for padding.
    ignored: (b, k, 4) and ignored_label: (b, k), areas without loss; padding has no size.
    """

    xyxy: Tensor
    label: Tensor
    sure: Tensor
    there: Tensor
    ignored: Tensor
    ignored_label: Tensor

    def to(self, device: torch.device) -> Truth:
        """The same on another device."""
        return Truth(*(getattr(self, one.name).to(device) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Assignment:
    """What every place shall answer.

    score: (b, n, classes), 0 where nothing is.    box: (b, n), row of the box in Truth.    weight: (b, n), of the box
    loss, 0 where the place answers for none.
    """

    score: Tensor
    box: Tensor
    weight: Tensor


@torch.no_grad()
def assign(scores: Tensor, boxes: Tensor, centres: Tensor, truth: Truth) -> Assignment:
    """Of the present answers. scores: (b, n, classes), 0..1; boxes: (b, n, 4) and centres: (n, 2) in pixels."""
    overlap = box_iou(truth.xyxy, boxes)
    wanted = scores.gather(2, truth.label[:, None, :].expand(-1, scores.shape[1], -1)).transpose(1, 2)
    inside = _inside(_at_least(truth.xyxy, SMALLEST_PX), centres) & truth.there[..., None]
    fit = wanted.pow(SCORE_POWER) * overlap.pow(OVERLAP_POWER) * inside
    chosen = _without_conflicts(_best(fit + 1e-9 * inside, inside), overlap)
    return _targets(fit * chosen, overlap * chosen, chosen, truth, scores.shape[2])


def _best(fit: Tensor, inside: Tensor) -> Tensor:
    """(b, m, n) bool: the best places of each box."""
    rows = fit.topk(min(PLACES_PER_BOX, fit.shape[2]), dim=2).indices
    return torch.zeros_like(inside).scatter_(2, rows, True) & inside


def _without_conflicts(chosen: Tensor, overlap: Tensor) -> Tensor:
    """Each place keeps only the box it overlaps most of those that chose it."""
    winner = torch.where(chosen, overlap, torch.full_like(overlap, -1.0)).argmax(1, keepdim=True)
    return chosen & torch.zeros_like(chosen).scatter_(1, winner, True)


def _targets(fit: Tensor, overlap: Tensor, chosen: Tensor, truth: Truth, classes: int) -> Assignment:
    """The place that fits a box best shall reach its overlap as score, the others less; all times how sure it is."""
    share = fit / fit.amax(2, keepdim=True).clamp(min=1e-9) * overlap.amax(2, keepdim=True)
    share = (share * truth.sure[..., None]).amax(1)
    box = chosen.to(torch.uint8).argmax(1)
    label = truth.label.gather(1, box)
    weight = torch.where(chosen.any(1), share, torch.zeros_like(share))
    score = torch.zeros(*weight.shape, classes, dtype=weight.dtype, device=weight.device)
    return Assignment(score.scatter_(2, label[..., None], weight[..., None]), box, weight)


def ignored_places(centres: Tensor, truth: Truth, classes: int) -> Tensor:
    """(b, n, classes) bool: places in an area without loss for that class."""
    inside = _inside(truth.ignored, centres)
    numbers = torch.arange(classes, device=centres.device)
    meant = (truth.ignored_label[..., None] == numbers) | (truth.ignored_label[..., None] < 0)
    return torch.einsum("bkn,bkc->bnc", inside.float(), meant.float()) > 0


def _at_least(xyxy: Tensor, px: float) -> Tensor:
    """The boxes, the smaller ones grown around their middles to `px` pixels."""
    middle, half = (xyxy[..., :2] + xyxy[..., 2:]) / 2, (xyxy[..., 2:] - xyxy[..., :2]) / 2
    half = half.clamp(min=px / 2)
    return torch.cat([middle - half, middle + half], -1)


def _inside(xyxy: Tensor, centres: Tensor) -> Tensor:
    """(b, m, n) bool: which centres lie in which boxes."""
    after = (centres > xyxy[..., None, :2]).all(-1)
    return after & (centres < xyxy[..., None, 2:]).all(-1)


def box_iou(a: Tensor, b: Tensor) -> Tensor:
    """(b, m, 4) and (b, n, 4) → (b, m, n), 0..1."""
    low = torch.maximum(a[:, :, None, :2], b[:, None, :, :2])
    high = torch.minimum(a[:, :, None, 2:], b[:, None, :, 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    area_a, area_b = ((x[..., 2:] - x[..., :2]).clamp(min=0).prod(-1) for x in (a, b))
    return shared / (area_a[:, :, None] + area_b[:, None, :] - shared + 1e-9)
