"""An evaluation as text: the table of the command, and the lines that the model card shares with it."""

from __future__ import annotations

from analytics.training.counts import table
from analytics.training.evaluation import ClassFigures, Evaluation
from analytics.training.speed import Cost, Speed


def percent(share: float, digits: int = 0) -> str:
    """0.914 as 91 %."""
    return f"{share * 100:.{digits}f} %"


def report(found: Evaluation) -> str:
    """The table that the command prints."""
    lines = [f"{found.network}: {found.pictures} pictures of the val split", ""]
    lines += [f"{'class':12} {'boxes':>6} {'AP50':>6} {'AP':>6} {'score':>6} {'F1':>6} {'right':>6} {'found':>6}"]
    lines += [_class_line(one) for one in found.classes]
    for judged in found.judged:
        lines += ["", judged.way, table(judged.verdicts, judged.names)]
    return "\n".join([*lines, "", cost_line(found.cost), speed_line(found.speed), ""])


def _class_line(one: ClassFigures) -> str:
    fit = (one.point.f1, one.point.precision, one.point.recall) if one.point else (None, None, None)
    cells = " ".join(
        f"{'-' if value is None else format(value, '.3f'):>6}" for value in (one.ap50, one.ap, one.raw, *fit)
    )
    return f"{one.label:12} {one.boxes:6} {cells}"


def cost_line(cost: Cost | None) -> str:
    """Parameters, file size and multiply-adds."""
    if cost is None:
        return "not read, the package onnx is not installed"
    size = f"{cost.parameters / 1e6:.2f} M parameters, {cost.size_bytes / 1e6:.2f} MB"
    return f"{size}, {cost.macs / 1e6:.0f} M multiply-adds"


def speed_line(speed: Speed) -> str:
    """Milliseconds, and how many times those of FastestDet."""
    if speed.ratio is None or speed.peer_ms is None:
        return f"{speed.ms:.1f} ms a frame on one thread; not compared with FastestDet: {speed.reason}"
    beside = f"FastestDet {speed.peer_ms:.1f} ms in the same run"
    return f"{speed.ms:.1f} ms a frame on one thread, {speed.ratio:.2f} × FastestDet ({beside})"
