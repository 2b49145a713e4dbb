"""One definition for everybody: what browsers, the API's schema and the documentation are told of each setting."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from cameras.extensions.describe import describe, described_fields
from cameras.extensions.kinds import CLASSES
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.extensions.problems import show
from cameras.extensions.schema import settings_schema
from cameras.extensions.tabs import TABS, names_on, of_tabs, tabs_clean, tabs_with


def walk(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in fields:
        yield one
        yield from walk(one.get("fields", []))


def found(key: str, **options: Any) -> dict[str, Any]:
    return next(one for one in walk(describe(**options)["fields"]) if one["key"] == key)


def test_every_setting_lies_on_one_tab() -> None:
    """SPEC 3: Basic, HTTP transmission, MQTT transmission, Detail."""
    assert list(TABS) == ["basic", "http", "mqtt", "detail"]
    for settings_class in CLASSES.values():
        placed = [name for tab in tabs_with(settings_class) for name in names_on(tab, settings_class)]
        assert sorted(placed) == sorted(settings_class().to_json())


def test_an_extension_has_the_tabs_that_its_settings_lie_on() -> None:
    """SPEC 5: non-mask detection sends no counts, so it has no HTTP tab; its MQTT server is the camera's."""
    described = describe(NonmaskSettings)

    assert [tab["name"] for tab in described["tabs"]] == ["basic", "mqtt", "detail"]
    assert described["secrets"] == []
    with pytest.raises(SettingsError, match="one or more of basic, mqtt, detail"):
        tabs_clean(["http"], NonmaskSettings)


def test_what_a_browser_needs_is_there_and_can_be_sent() -> None:
    """Issue 4: range, unit, default, message and help of each setting."""
    described = describe()

    assert json.loads(json.dumps(described)) == described
    assert found("time_s") == {
        "key": "time_s",
        "tab": "",
        "kind": "number",
        "label": "Time",
        "help": "How long the timer runs until the alarm.",
        "unit": "s",
        "low": 0.1,
        "high": 3600,
        "step": 0.1,
        "default": 10.0,
        "messages": {"range": "Time must be 0.1 to 3600 s in steps of 0.1, not %(value)s."},
    }
    assert found("address")["longest"] == 63
    assert found("qos")["options"][1] == {"value": 1, "label": "1: at least once"}
    assert all(one["label"] and one["messages"] is not None for one in walk(described["fields"]))


@pytest.mark.parametrize(
    ("key", "reason", "value", "data"),
    [
        ("pause_reset_s", "range", 601, {"pause_reset_s": 601}),
        ("pause_reset_s", "whole", 2.5, {"pause_reset_s": 2.5}),
        ("csv", "switch", "yes", {"csv": "yes"}),
        ("reset_percentage", "choice", 81, {"reset_percentage": 81}),
        ("address", "characters", "a b", {"http": {"destinations": [{"address": "a b"}]}}),
        ("address", "length", "a" * 64, {"http": {"destinations": [{"address": "a" * 64}]}}),
        ("begin", "time", "9", {"bands": [{"begin": "9", "count_thresholds": {"1": 1}}]}),
    ],
)
def test_browser_and_server_say_the_same_sentence(key: str, reason: str, value: Any, data: dict[str, Any]) -> None:
    """Issue 4: about the same mistake."""
    with pytest.raises(SettingsError) as refused:
        OccupancySettings.from_json(data)

    assert found(key)["messages"][reason].replace("%(value)s", show(value)) == refused.value.problems[0].message


def test_patterns_are_those_of_both_languages() -> None:
    """OUT-2, OUT-3: a class of characters that Python and JavaScript read alike."""
    patterns = {one["pattern"] for one in walk(describe()["fields"]) if "pattern" in one}

    assert all(re.fullmatch(r"\[\^?(?:[^\[\]\\]|\\[xu\\\-rn][0-9a-f]{0,4})+\]", pattern) for pattern in patterns)


def test_learning_is_hidden_until_a_slot_is_in_use() -> None:
    """OCC-25, OCC-31: shown when a slot is in use."""
    keys = {one["key"] for one in describe()["fields"]}
    with_slot = {one["key"] for one in describe(slots=True)["fields"]}

    assert with_slot - keys == {"learning_improvements", *(f"threshold_learning_{n}" for n in range(1, 6))}


def test_secrets_are_described_without_a_value() -> None:
    """DESIGN 7: beside the settings; nothing of them is a setting."""
    described = describe()

    assert [one["key"] for one in described["secrets"]] == [
        *(f"http_password_{n}" for n in range(1, 5)),
        "mqtt_password",
        "mqtt_client_key",
    ]
    assert not any("default" in one for one in described["secrets"])
    assert not any("password" in one["key"] for one in walk(described["fields"]))


def test_every_text_goes_through_the_translator() -> None:
    """RUN-7: labels, help, options and sentences."""
    described = describe(translate=lambda text: f"»{text}", slots=True)
    every = [*walk(described["fields"]), *described["secrets"]]
    texts = [one["label"] for one in every] + [option["label"] for one in every for option in one.get("options", [])]
    texts += [sentence for one in every for sentence in one["messages"].values()]
    texts += [one["help"] for one in every if one["help"]]

    assert all(text.startswith("»") for text in texts)


def test_the_schema_has_every_setting_with_its_range() -> None:
    """API-1: made from the same rules."""
    schema = settings_schema()["properties"]

    assert set(schema) == {one["key"] for one in described_fields(OccupancySettings, slots=True)}
    assert schema["pause_reset_s"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 600,
        "title": "Time to reset during pause",
        "description": "A longer pause sets the timer to 0 and ends an alarm.",
        "default": 5,
    }
    assert schema["http"]["properties"]["destinations"]["items"]["properties"]["port"]["maximum"] == 65535
    assert schema["areas"]["items"]["properties"]["objects"]["type"] == ["array", "null"]


@pytest.mark.parametrize("tabs", [[], ["all"], ["http", "http"], "http", None, [5]])
def test_tabs_that_do_not_exist_are_refused(tabs: Any) -> None:
    """EXT-5: choosing which tabs."""
    with pytest.raises(SettingsError, match="Tabs must be a list"):
        tabs_clean(tabs)


def test_a_tab_is_a_part_of_the_settings() -> None:
    """EXT-5: in the order of the screen."""
    assert tabs_clean(["mqtt", "http"]) == ("http", "mqtt")
    assert set(of_tabs(OccupancySettings().to_json(), ["http", "mqtt"])) == {"http", "mqtt"}
