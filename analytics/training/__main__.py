"""`python -m analytics.training train|export|evaluate …`: what each wants, `--help` says."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from analytics.engine.inference.errors import InferenceError
from analytics.training.card import CardError
from analytics.training.command import add_export, add_train
from analytics.training.errors import TrainingError
from analytics.training.evaluate import add_evaluate
from cameras.capture.source import CaptureError

EXTRA = {"torch", "onnx", "onnxscript"}


def main(argv: Sequence[str]) -> None:
    """Run one of the commands; what is wrong with its input is told in one line."""
    parser = argparse.ArgumentParser(prog="python -m analytics.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    add_train(commands.add_parser("train", help="train a network, or go on where a training stopped"))
    add_export(commands.add_parser("export", help="write ONNX file and manifest of a training"))
    add_evaluate(commands.add_parser("evaluate", help="measure a network; --write makes its model card"))
    given = parser.parse_args(argv)
    try:
        given.run(given)
    except (TrainingError, CardError, InferenceError, CaptureError) as exc:
        parser.exit(1, f"{exc}\n")
    except ModuleNotFoundError as exc:
        if exc.name not in EXTRA:
            raise
        parser.exit(1, f"{exc.name} is not installed here: `make training` makes an environment that has it\n")


if __name__ == "__main__":
    main(sys.argv[1:])
