"""The counts of the chain against the truth of the six occupancy clips (issue 2, figures to reach)."""

import pytest
from django.conf import settings

from analytics.engine.inference.onnx import open_detector
from analytics.training.counts import exact, judge, mean_error, table, truths, worse

NETWORK = "person-vehicle-bike-2001-384"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("motion_gate", [False, True], ids=["every frame", "motion gate"])
def test_counts_are_as_right_as_promised(motion_gate: bool) -> None:
    """Issue 2: MAE at most 0.25 and 90 % exact, raw and tracked; from 1 s on tracked worse at 2 of 243 at most."""
    detector = open_detector(NETWORK, settings.NETWORK_FOLDERS)
    clips = truths(settings.MEDIA_CLIPS)
    verdicts = [one for truth in clips for one in judge(truth, settings.MEDIA_CLIPS, detector, motion_gate=motion_gate)]
    raw, tracked = [one.raw_error for one in verdicts], [one.error for one in verdicts]
    print("\n" + table(verdicts))  # pytest shows it when a figure is missed, and with -s

    assert len(verdicts) == 243
    assert (mean_error(raw) <= 0.25, exact(raw) >= 0.9) == (True, True)
    assert (mean_error(tracked) <= 0.25, exact(tracked) >= 0.9) == (True, True)
    assert len(worse(verdicts)) <= 2, worse(verdicts)
