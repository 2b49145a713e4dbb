"""`manage.py analyse CLIP`: try settings on a recording."""

import json
import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.analyse import Line, analyse
from analytics.analyse_masks import analyse_masks
from analytics.engine.inference.errors import InferenceError
from analytics.engine.inference.onnx import open_detector
from analytics.engine.inference.task import Task
from analytics.trial import Trial, occupancy_read, trial_read
from cameras.capture.clip import ClipReader
from cameras.capture.source import CaptureError
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import SettingsError


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.1 <= rate <= 60:
        raise ArgumentTypeError(f"frames per second must be 0.1 to 60, not {text!r}")
    return rate


def _lines(options: Mapping[str, Any]) -> Iterator[Line]:
    extension, path = options["extension"], options["camera_settings"]
    if extension is Task.NONMASK:
        masks = trial_read(path, NonmaskSettings.from_json) if path else Trial(NonmaskSettings())
        run = partial(analyse_masks, trial=masks)
    else:
        areas = trial_read(path, occupancy_read) if path else Trial(OccupancySettings())
        run = partial(analyse, trial=areas)
    detector = open_detector(options["network"], settings.NETWORK_FOLDERS, task=extension, choice=settings.INFERENCE)
    reader = ClipReader(options["clip"], options["fps"])
    return run(reader, detector, fps=options["fps"], motion_gate=not options["no_motion_gate"])


class Command(BaseCommand):
    """Prints JSON lines: a line per analysed frame, one per alarm event, and a summary."""

    help = "Run the live chain over a recording as fast as it goes, and print JSON lines."
    requires_system_checks: list[str] = []  # it needs neither database nor pages

    def add_arguments(self, parser: CommandParser) -> None:
        """See `manage.py analyse --help`."""
        parser.add_argument("clip", type=Path, help="a video file")
        parser.add_argument("--extension", type=Task, choices=list(Task), default=Task.OCCUPANCY, help="(occupancy)")
        parser.add_argument(
            "--camera-settings", type=Path, help="the camera's settings, JSON as the API gives them; short: --settings"
        )
        parser.add_argument("--network", help="id of a network; the best that is there by default")
        parser.add_argument("--fps", type=_rate, default=5.0, help="analysed frames per second (5)")
        parser.add_argument("--no-motion-gate", action="store_true", help="look at every frame, also at quiet ones")

    def handle(self, *_: Any, **options: Any) -> None:
        """Everything that can be wrong with the arguments is said before the first frame."""
        try:
            for line in _lines(options):
                self.stdout.write(json.dumps(line, separators=(",", ":")))
        except SettingsError as exc:
            problems = "; ".join(str(exc).splitlines())
            raise CommandError(f"{options['camera_settings'].name}: {problems}", returncode=2) from exc
        except (CaptureError, InferenceError, ValueError, OSError) as exc:
            if isinstance(exc, BrokenPipeError):
                # Who reads has seen enough; nothing is left to flush into the closed pipe.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return
            raise CommandError(f"Cannot analyse: {exc}", returncode=2) from exc
