"""The example of docs/configuration-as-code.md does what the page says (API-7)."""

import re

import pytest
from django.conf import settings

from cameras.models import Camera
from portal.accounts.models import User
from portal.configuration.plan import configuration_apply, configuration_plan

PAGE = settings.BASE_DIR / "docs" / "configuration-as-code.md"


def test_the_example_makes_what_it_says(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """API-7: in an empty portal, and a second time changes nothing."""
    (text,) = re.findall(r"```yaml\n(version: 1\n.*?)```", PAGE.read_text(), re.DOTALL)
    monkeypatch.setenv("CAMERA_USER", "view")
    monkeypatch.setenv("CAMERA_PASSWORD", "of the example")

    configuration_apply(user=administrator, text=text, local=True)

    door = Camera.objects.get(site__key="harbour", key="door")
    occupancy = door.extensions.get()
    assert (door.username, door.password, door.url) == ("view", "of the example", "rtsp://192.0.2.7/live")
    assert [area.count_threshold for area in occupancy.occupancy().areas] == [8]
    assert occupancy.schedule["week"]["mon"] == [["08:00", "18:00"]]
    assert configuration_plan(user=administrator, text=text, local=True, prune=True).changes == []
