"""Both extensions are read, written and put together by the same code (EXT-3, EXT-5, EXT-6)."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.describe import describe, described_fields
from cameras.extensions.diff import differences
from cameras.extensions.document import read_document, write_document
from cameras.extensions.kinds import CLASSES, SettingsClass, settings_read
from cameras.extensions.merge import as_from_the_factory, merged, of_profile
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import SettingsError
from cameras.extensions.schema import settings_schema
from cameras.extensions.secret_rules import secrets_clean, secrets_of
from cameras.extensions.sheet import columns, read_cells, write_cells
from cameras.extensions.tabs import of_tabs, tabs_with
from cameras.rotation import turned_settings

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
DRAWN = {"area": TRIANGLE, "ignore_zones": [{"polygon": TRIANGLE}]}
classes = pytest.mark.parametrize("settings_class", CLASSES.values(), ids=CLASSES)

masks = st.fixed_dictionaries(
    {
        "small_faces": st.booleans(),
        "threshold_no_mask": st.integers(1, 99),
        "min_face_px": st.integers(0, 1920),
        "vote_frames": st.integers(2, 10),
        "alive_s": st.integers(0, 600).map(lambda tenths: tenths / 10),
        "mqtt": st.fixed_dictionaries({"alarm_notification": st.booleans(), "qos": st.sampled_from([0, 1, 2])}),
    }
)


@given(masks)
def test_settings_of_masks_go_through_a_document_and_a_table_unchanged(given_settings: dict[str, Any]) -> None:
    """EXT-5: what is written is read back, in either form, onto other settings as well."""
    settings = NonmaskSettings.from_json({**given_settings, **DRAWN})
    document = read_document(write_document("Gate", settings.to_json(), NonmaskSettings))["settings"]
    cells = dict(zip(columns(NonmaskSettings), write_cells(settings.to_json(), NonmaskSettings), strict=True))
    other = NonmaskSettings.from_json(DRAWN).to_json()

    assert NonmaskSettings.from_json(document) == settings
    assert NonmaskSettings.from_json(merged(other, read_cells(cells, NonmaskSettings), NonmaskSettings)) == settings


@classes
def test_the_default_survives_every_form(settings_class: SettingsClass) -> None:
    """EXT-5: a document, a table and a merge of nothing say the same as the settings."""
    whole = settings_class().to_json()
    cells = {
        c: cell for c, cell in zip(columns(settings_class), write_cells(whole, settings_class), strict=True) if cell
    }

    assert (
        settings_class.from_json(read_document(write_document("x", whole, settings_class))["settings"])
        == settings_class()
    )
    assert merged(whole, read_cells(cells, settings_class), settings_class) == whole
    assert of_profile(whole, of_tabs(whole, tabs_with(settings_class), settings_class)) == whole


@classes
def test_the_schema_of_each_has_every_setting(settings_class: SettingsClass) -> None:
    """API-1: made from the same rules."""
    schema = settings_schema(settings_class)

    assert set(schema["properties"]) == {one["key"] for one in described_fields(settings_class, slots=True)}


def test_a_table_of_masks_has_a_column_for_every_simple_setting() -> None:
    """EXT-5: what is drawn has none."""
    assert list(columns(NonmaskSettings)) == [
        "small_faces",
        "mqtt.alarm_notification",
        "mqtt.topic",
        "mqtt.qos",
        "mqtt.retain",
        "alarm_notification",
        "threshold_mask",
        "threshold_no_mask",
        "min_face_px",
        "vote_frames",
        "vote_percentage",
        "vote_window",
        "alive_s",
    ]


def test_a_reset_keeps_the_zones_and_drops_the_detection_area() -> None:
    """EXT-6: zones are left alone; everything else is as from the factory."""
    whole = NonmaskSettings.from_json({**DRAWN, "threshold_mask": 60, "mqtt": {"qos": 2}}).to_json()
    zones = {"ignore_zones": [{"polygon": TRIANGLE}]}

    assert as_from_the_factory(whole, NonmaskSettings) == {**NonmaskSettings().to_json(), **zones}


def test_what_is_drawn_turns_with_the_picture() -> None:
    """CAM-4: upside down and back."""
    settings = NonmaskSettings.from_json(DRAWN)
    turned = turned_settings(settings, 180)

    assert turned.area == ((0.9, 0.9), (0.1, 0.9), (0.5, 0.1)) == turned.ignore_zones[0].polygon
    assert turned_settings(turned, 180) == settings


def test_two_settings_of_masks_are_compared_value_by_value() -> None:
    """EXT-5: with the words of the form."""
    before, after = NonmaskSettings(), NonmaskSettings.from_json({**DRAWN, "mqtt": {"qos": 2}})
    found = [(one.path, one.label, one.before, one.after) for one in differences(before, after)]

    assert found == [
        ("area", "Detection area", [], TRIANGLE),
        ("ignore_zones[0]", "Ignore zone 1", None, {"polygon": TRIANGLE}),
        ("mqtt.qos", "MQTT transmission · QoS", 1, 2),
    ]


def test_an_extension_without_a_server_of_its_own_has_no_secrets() -> None:
    """OUT-3: a password that nobody would ever use is refused, not kept."""
    with pytest.raises(SettingsError, match="no such secret"):
        secrets_clean({"mqtt_password": "hush-hush"}, secrets_of(NonmaskSettings))


def test_the_setting_of_one_is_none_of_the_other() -> None:
    """SPEC 15, bad input: named, and nothing is read."""
    with pytest.raises(SettingsError, match="areas: There is no such setting"):
        settings_read("nonmask", {"areas": []})
    with pytest.raises(SettingsError, match="vote_frames: There is no such setting"):
        settings_read("occupancy", {"vote_frames": 5})


def test_a_document_of_masks_says_range_and_default_beside_each_value() -> None:
    """EXT-5: and carries what is drawn, and the schedule."""
    text = write_document(
        "Gate", NonmaskSettings.from_json(DRAWN).to_json(), NonmaskSettings, schedule={"always": True}
    )

    assert re.search(r"^  vote_frames: 5 +# Judged frames before a decision; 2-50; default 5$", text, re.MULTILINE)
    assert "  - polygon: [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]" in text
    assert read_document(text)["schedule"] == {"always": True}


def test_what_must_hold_between_settings_is_described() -> None:
    """MASK-2: a browser says it while it is typed, in the sentence of the server."""
    with pytest.raises(SettingsError) as refused:
        NonmaskSettings.from_json({"vote_frames": 6, "vote_window": 5})

    [problem] = refused.value.problems
    assert describe(NonmaskSettings)["rules"] == {problem.path: problem.message}
