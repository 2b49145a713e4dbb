"""Stored settings are read once, and never those of before (issue 8)."""

import pytest
from django.db import models

from cameras.extensions.kept import stored_settings
from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.models import Extension
from tests.factories import ExtensionFactory

ONE = {"areas": [{"number": 1, "count_threshold": 3}]}


def test_the_same_settings_are_read_once() -> None:
    """API-1: whoever asks again gets the very same value, and the very same form of it."""
    first, second = stored_settings("occupancy", ONE), stored_settings("occupancy", dict(ONE))

    assert first is second
    assert first.form is second.form
    assert first.settings == OccupancySettings.from_json(ONE)


def test_what_cannot_be_read_is_said_every_time() -> None:
    """EXT-6."""
    for _time in range(2):
        with pytest.raises(SettingsError):
            stored_settings("occupancy", {"areas": "none"})


def test_settings_written_behind_the_back_of_all_services_hold_at_once(db: None) -> None:
    """API-1: neither version nor time says here that something changed."""
    extension = ExtensionFactory(settings=ONE)
    assert extension.occupancy().areas[0].count_threshold == 3

    raised = models.Value({"areas": [{"number": 1, "count_threshold": 4}]}, models.JSONField())
    Extension.objects.filter(pk=extension.pk).update(settings=raised)

    assert Extension.objects.get(pk=extension.pk).occupancy().areas[0].count_threshold == 4
