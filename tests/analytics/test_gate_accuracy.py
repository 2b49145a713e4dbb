"""What the motion gate does to right counts, on all clips with truth."""

import pytest
from django.conf import settings

from analytics.engine.inference.onnx import open_detector
from analytics.training.counts import judge, mean_error, truths


@pytest.mark.shared
def test_a_picture_that_is_not_looked_at_is_counted_as_right() -> None:
    """Issue 9: with the portal's own network the gate moves the mean error of no clip by more than 0.05."""
    detector = open_detector(None, settings.NETWORK_FOLDERS)
    clips = truths(settings.MEDIA_CLIPS)
    assert len(clips) == 6

    for truth in clips:
        gated, ungated = (
            mean_error([one.error for one in judge(truth, settings.MEDIA_CLIPS, detector, motion_gate=gate)])
            for gate in (True, False)
        )
        assert abs(gated - ungated) <= 0.05, truth["clip"]
