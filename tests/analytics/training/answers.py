"""Answers of a network and truths made by hand, for the tests of assignment and loss."""

from collections.abc import Sequence

import torch
from torch import Tensor

from analytics.training.assign import Truth
from analytics.training.network import BINS, Places, places
from tests.analytics.training.drawn import Corners

SIDE = 64  # pixels of the picture: 64 fine places, 16 middle ones, 4 coarse ones
WHERE: Places = places(SIDE, SIDE)
PLACES = len(WHERE.strides)


def truth(
    *boxes: tuple[int, Corners], sure: float = 1.0, ignored: Sequence[tuple[int, Corners]] = (), padding: int = 0
) -> Truth:
    """Of one picture; corners in pixels, `padding` rows behind them."""
    rows, areas = len(boxes) + padding, max(1, len(ignored))
    found = Truth(
        xyxy=torch.zeros(1, max(1, rows), 4),
        label=torch.zeros(1, max(1, rows), dtype=torch.int64),
        sure=torch.zeros(1, max(1, rows)),
        there=torch.zeros(1, max(1, rows), dtype=torch.bool),
        ignored=torch.zeros(1, areas, 4),
        ignored_label=torch.zeros(1, areas, dtype=torch.int64),
    )
    for number, (label, box) in enumerate(boxes):
        found.xyxy[0, number], found.label[0, number] = torch.tensor(box), label
        found.sure[0, number], found.there[0, number] = sure, True
    for number, (label, box) in enumerate(ignored):
        found.ignored[0, number], found.ignored_label[0, number] = torch.tensor(box), label
    return found


def inside(box: Corners) -> Tensor:
    """bool (n,): places whose centre lies in a box."""
    x, y = WHERE.centres.T
    return (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])


def sides_for(box: Corners, rows: Tensor) -> Tensor:
    """(1, n, 4·BINS): at the rows the nearest whole distances to a box, elsewhere a box without size."""
    reach = torch.cat([WHERE.centres - torch.tensor(box[:2]), torch.tensor(box[2:]) - WHERE.centres], 1)
    bins = (reach / WHERE.strides[:, None]).round().clamp(0, BINS - 1).long() * rows[:, None]
    return 40.0 * torch.nn.functional.one_hot(bins, BINS).float().reshape(1, PLACES, 4 * BINS)
