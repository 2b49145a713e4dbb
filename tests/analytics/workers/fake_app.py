"""The Celery app with cameras and a network of the tests (fakes.py): `celery -A tests.analytics.workers.fake_app`.

Everything between camera and network is the real thing. There is no switch for this in the product: only this module,
which only tests name, makes a worker that believes in white bars.
"""

import django

django.setup()

from analytics.workers.runner import CameraRunner, Openers  # noqa: E402 - models have to be ready
from portal.celery import app  # noqa: E402
from tests.analytics.workers.fakes import fake_detector, fake_source  # noqa: E402

CameraRunner.opens = Openers(fake_source, fake_detector)

__all__ = ["app"]
