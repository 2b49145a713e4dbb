"""Batches: every one follows from the plan and its number alone, so that a training goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from analytics.training.assign import Truth
from analytics.training.augment import Sample, compose
from analytics.training.plan import Plan
from analytics.training.targets import Picture

AHEAD = 4  # batches that each worker prepares ahead of time

Batch = tuple[Tensor, Truth]


class Batches(Dataset[Batch]):
    """Item `step` is the whole batch of that step, see `collated`."""

    def __init__(self, pictures: Sequence[Picture], plan: Plan) -> None:
        self._pictures, self._plan = pictures, plan
        self._chances = plan.chances(pictures)

    def __len__(self) -> int:
        return self._plan.steps

    def __getitem__(self, step: int) -> Batch:
        rng = np.random.default_rng([self._plan.seed, step])
        size, how = self._plan.size(step), self._plan.augmentation_at(step)
        picked = rng.choice(len(self._pictures), self._plan.batch, p=self._chances)
        return collated([compose(self._pictures, int(number), size, how, rng) for number in picked])


def collated(samples: Sequence[Sample]) -> Batch:
    """uint8 (b, 3, size, size) and the boxes, padded."""
    pixels = np.stack([sample.pixels for sample in samples]).transpose(0, 3, 1, 2)
    targets = [sample.targets for sample in samples]
    truth = Truth(
        xyxy=_padded([one.xyxy for one in targets]),
        label=_padded([one.label for one in targets]),
        sure=_padded([one.sure for one in targets]),
        there=_padded([np.ones(len(one.label), np.bool_) for one in targets]),
        ignored=_padded([one.ignore for one in targets]),
        ignored_label=_padded([one.ignore_label for one in targets]),
    )
    return torch.from_numpy(np.ascontiguousarray(pixels)), truth


def _padded(rows: Sequence[NDArray[Any]]) -> Tensor:
    """(n, …) each → (b, the largest n, …), filled with zeros; at least one row each."""
    most = max(1, *(len(row) for row in rows))
    table = np.zeros((len(rows), most, *rows[0].shape[1:]), rows[0].dtype)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return torch.from_numpy(table)


def batches(pictures: Sequence[Picture], plan: Plan, begin: int, workers: int) -> Iterator[Batch]:
    """The batches from step `begin` to the end, made by `workers` processes ahead of time; 0 makes them here."""
    if workers:
        # One thread for each worker, said before the fork: a worker that said it itself would wait for ever for the
        # end of threads that it never had.
        cv2.setNumThreads(1)
    loader = DataLoader(
        Batches(pictures, plan),
        batch_size=None,
        sampler=range(begin, plan.steps),
        num_workers=workers,
        prefetch_factor=AHEAD if workers else None,
    )
    return iter(loader)
