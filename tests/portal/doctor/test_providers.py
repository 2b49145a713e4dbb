"""RUN-6: what networks run on here, as the doctor finds it."""

from pathlib import Path

import onnxruntime
from pytest_django import Settings

from analytics.engine.inference.providers import ON_CPU, PROVIDERS, InferenceChoice
from portal.doctor import networks
from portal.doctor.finding import Level


def test_what_was_chosen_and_cannot_be_had_is_a_warning(settings: Settings) -> None:
    """RUN-6: tried with a network, not only looked up."""
    missing = tuple(one for one in PROVIDERS if one.name not in onnxruntime.get_available_providers())
    settings.INFERENCE = InferenceChoice(missing)

    found = list(networks.providers())

    assert [one.level for one in found] == [*[Level.WARNING] * len(missing), Level.OK]
    assert [one.found.partition(":")[0] for one in found[:-1]] == [one.title for one in missing]
    assert "runs on CPU" in found[-1].found


def test_who_has_chosen_the_cpu_misses_nothing(settings: Settings) -> None:
    """RUN-6: whatever else onnxruntime was built with."""
    settings.INFERENCE = ON_CPU

    assert [one.level for one in networks.providers()] == [Level.OK]


def test_without_a_network_nothing_is_tried(settings: Settings, tmp_path: Path) -> None:
    """RUN-6: and that is said."""
    settings.NETWORK_FOLDERS = (tmp_path,)

    found = list(networks.providers())

    assert [one.level for one in found] == [Level.WARNING]
    assert "not tried: no network is there" in found[0].found
