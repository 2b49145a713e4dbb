"""The network: a small convolutional detector without anchors, three strides, one branch for classes, one for boxes.

Dense 3×3 convolutions with ReLU throughout: on a CPU they run several times as many operations per millisecond as
depthwise ones, forwards and backwards. The neck passes meaning down and detail up (PAN, arXiv:1803.01534); each side
of a box is read from a distribution over distances (Generalized Focal Loss, arXiv:2006.04388).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

STRIDES = (8, 16, 32)
BINS = 8  # distances 0..7 strides on each side of a box
PRIOR = 0.01  # the score a class begins with: nearly every place of a picture is empty


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide the network is: channels after the stem and at strides 4, 8, 16, 32, in the neck and in the head."""

    stem: int = 16
    stages: tuple[int, int, int, int] = (32, 64, 128, 144)
    blocks: tuple[int, int, int, int] = (0, 2, 2, 1)
    neck: int = 64
    head: int = 64


class Conv(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Light(nn.Sequential):
    """A 3×3 convolution of each channel by itself, then a mix of the channels: for the heads, where maps are large."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, inputs, 3, 1, 1, groups=inputs, bias=False),
            nn.BatchNorm2d(inputs, eps=1e-3, momentum=0.03),
            Conv(inputs, outputs, 1),
        )


class Residual(nn.Module):
    """Two 3×3 convolutions beside a straight way."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(Conv(channels, channels), Conv(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) → the same."""
        return x + self.body(x)


class Stage(nn.Module):
    """Half of the channels pass through residual blocks, and every step of the way is kept (ELAN, arXiv:2211.04800)."""

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        super().__init__()
        self.half = outputs // 2
        self.enter = Conv(inputs, 2 * self.half, 1)
        self.blocks = nn.ModuleList(Residual(self.half) for _ in range(blocks))
        self.leave = Conv((2 + blocks) * self.half, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(b, inputs, h, w) → (b, outputs, h, w)."""
        kept = list(self.enter(x).chunk(2, 1))
        for block in self.blocks:
            kept.append(block(kept[-1]))
        return self.leave(torch.cat(kept, 1))


class Surroundings(nn.Module):
    """Maxima over 5, 9 and 13 places beside each place itself: what stands around (SPPF)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.enter = Conv(channels, channels // 2, 1)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.leave = Conv(channels * 2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) → the same."""
        kept = [self.enter(x)]
        for _ in range(3):
            kept.append(self.pool(kept[-1]))
        return self.leave(torch.cat(kept, 1))


class Backbone(nn.Module):
    """(b, 3, h, w) → features at strides 8, 16 and 32."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        a, b, c, d = shape.stages
        n = shape.blocks
        self.first = nn.Sequential(Conv(3, shape.stem, 3, 2), Conv(shape.stem, a, 3, 2), _stage(a, n[0]))
        self.fine = nn.Sequential(Conv(a, b, 3, 2), Stage(b, b, n[1]))
        self.middle = nn.Sequential(Conv(b, c, 3, 2), Stage(c, c, n[2]))
        self.coarse = nn.Sequential(Conv(c, d, 3, 2), Stage(d, d, n[3]), Surroundings(d))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See the class."""
        fine = self.fine(self.first(x))
        middle = self.middle(fine)
        return fine, middle, self.coarse(middle)


def _stage(channels: int, blocks: int) -> nn.Module:
    return Stage(channels, channels, blocks) if blocks else nn.Identity()


class Neck(nn.Module):
    """Three maps of the backbone → three maps of `neck` channels that have heard of each other."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        _, b, c, d = shape.stages
        n = shape.neck
        self.top = Conv(d, n, 1)
        self.down_middle, self.down_fine = Stage(c + n, n, 1), Stage(b + n, n, 1)
        self.up_middle, self.up_coarse = Conv(n, n, 3, 2), Conv(n, n, 3, 2)
        self.out_middle, self.out_coarse = Stage(2 * n, n, 1), Stage(2 * n, n, 1)

    def forward(self, maps: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """See the class."""
        fine, middle, coarse = maps
        top = self.top(coarse)
        middle = self.down_middle(torch.cat([middle, _doubled(top)], 1))
        fine = self.down_fine(torch.cat([fine, _doubled(middle)], 1))
        middle = self.out_middle(torch.cat([self.up_middle(fine), middle], 1))
        return fine, middle, self.out_coarse(torch.cat([self.up_coarse(middle), top], 1))


def _doubled(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")


class Head(nn.Module):
    """One map → class logits and box distributions at each of its places."""

    def __init__(self, channels: int, width: int, classes: int) -> None:
        super().__init__()
        self.classes = nn.Sequential(Light(channels, width), nn.Conv2d(width, classes, 1))
        self.sides = nn.Sequential(Light(channels, width), nn.Conv2d(width, 4 * BINS, 1))
        nn.init.constant_(self.classes[-1].bias, -math.log((1 - PRIOR) / PRIOR))
        nn.init.constant_(self.sides[-1].bias, 1.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(b, c, h, w) → (b, h·w, classes), (b, h·w, 4·BINS)."""
        return self.classes(x).flatten(2).transpose(1, 2), self.sides(x).flatten(2).transpose(1, 2)


class OwnNetwork(nn.Module):
    """The whole: pictures → logits and side distributions of every place of the three maps."""

    def __init__(self, classes: int, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.backbone, self.neck = Backbone(self.shape), Neck(self.shape)
        self.heads = nn.ModuleList(Head(self.shape.neck, self.shape.head, classes) for _ in STRIDES)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: float (b, 3, h, w), 0..1, BGR, h and w multiples of 32 → (b, places, classes), (b, places, 4·BINS)."""
        answers = [head(one) for head, one in zip(self.heads, self.neck(self.backbone(x)), strict=True)]
        logits, sides = zip(*answers, strict=True)
        return torch.cat(logits, 1), torch.cat(sides, 1)


class Places(NamedTuple):
    """Where the answers of a network stand. centres: (n, 2) in pixels.    strides: (n,) in pixels."""

    centres: Tensor
    strides: Tensor


def places(height: int, width: int, device: torch.device | str = "cpu") -> Places:
    """Every place of the three maps of a picture, in the network's order."""
    centres, strides = [], []
    for stride in STRIDES:
        ys = (torch.arange(height // stride, device=device) + 0.5) * stride
        xs = (torch.arange(width // stride, device=device) + 0.5) * stride
        y, x = torch.meshgrid(ys, xs, indexing="ij")
        centres.append(torch.stack([x, y], -1).reshape(-1, 2))
        strides.append(torch.full((len(ys) * len(xs),), float(stride), device=device))
    return Places(torch.cat(centres), torch.cat(strides))


def boxes_of(sides: Tensor, where: Places) -> Tensor:
    """Side distributions (b, n, 4·BINS) → corners (b, n, 4) in pixels: each side is its expected distance."""
    batch, n, _ = sides.shape
    bins = torch.arange(BINS, dtype=sides.dtype, device=sides.device)
    reach = (sides.reshape(batch, n, 4, BINS).softmax(-1) * bins).sum(-1) * where.strides[:, None]
    return torch.cat([where.centres - reach[..., :2], where.centres + reach[..., 2:]], -1)
