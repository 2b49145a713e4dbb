"""What differs between two settings, and a part of them put onto the whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.diff import Difference, differences
from cameras.extensions.merge import merged, of_profile
from cameras.extensions.mqtt import MqttSettings, shares_topic
from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.extensions.secret_rules import secrets_clean

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
TWO = [{"number": 1}, {"number": 2, "polygon": SQUARE, "status": True}]


def settings(**given: Any) -> OccupancySettings:
    return OccupancySettings.from_json(given, drawn=EVERY_AREA)


def test_each_difference_has_its_words() -> None:
    """EXT-5: difference shown before it is applied."""
    before = settings(areas=TWO)
    after = settings(
        areas=[TWO[0] | {"time_s": 2.5}, TWO[1] | {"name": "Door"}],
        http={"destinations": [{}, {"port": 80}]},
        mqtt={"server": {"keep_alive_s": 30}},
        csv=True,
    )

    assert differences(before, after) == [
        Difference("areas[0].time_s", "Area 1 · Time", 10.0, 2.5),
        Difference("areas[1].name", "Area 2 · Name", "Area 2", "Door"),
        Difference("http.destinations[1].port", "HTTP transmission · Destination 2 · Port", 443, 80),
        Difference("mqtt.server.keep_alive_s", "MQTT transmission · MQTT server · Keep-alive", 60, 30),
        Difference("csv", "Save count data as CSV", False, True),
    ]


def test_areas_meet_by_their_number() -> None:
    """OCC-2: deleting renumbers nothing, so area 2 alone is no changed area 1."""
    [gone] = differences(settings(areas=TWO), settings(areas=TWO[1:]))

    assert (gone.path, gone.label, gone.after) == ("areas[0]", "Area 1", None)
    assert gone.before["number"] == 1


def test_an_area_in_place_of_another_is_two_differences() -> None:
    """OCC-2, EXT-5: each with a path of its own."""
    found = differences(settings(areas=TWO[:1]), settings(areas=TWO[1:]))

    assert [(one.path, one.before is None, one.after is None) for one in found] == [
        ("areas[0]", False, True),
        ("areas[1]", True, False),
    ]


def test_a_row_that_is_new_is_one_difference() -> None:
    """OCC-34, OCC-35: with all that it holds."""
    zone = {"objects": ["human"], "polygon": SQUARE}
    [new] = differences(settings(), settings(ignore_zones=[zone]))

    assert new == Difference("ignore_zones[0]", "Ignore zone 1", None, zone)


PARTS = st.fixed_dictionaries(
    {},
    optional={
        "areas": st.sampled_from([TWO, TWO[1:], [TWO[1], TWO[0] | {"name": "Lobby"}]]),
        "pause_reset_s": st.integers(0, 600),
        "http": st.just({"destinations": [{}, {"port": 81}]}),
        "mqtt": st.sampled_from([{"qos": 2}, {"server": {"client_id": "a"}}]),
        "bands": st.sampled_from([[], [{"count_thresholds": {"1": 2}}]]),
    },
)


@given(PARTS, PARTS)
def test_no_difference_means_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    """EXT-5: what is not listed is the same."""
    before, after = settings(**one), settings(**other)

    assert (differences(before, after) == []) == (before == after)


@given(PARTS, PARTS)
def test_a_part_changes_what_it_names_and_nothing_else(whole: dict[str, Any], part: dict[str, Any]) -> None:
    """API-2: read and written whole or in part."""
    before = settings(**whole)
    after = settings(**merged(before.to_json(), part))

    names = set(part)
    assert all(getattr(before, name) == getattr(after, name) for name in before.to_json() if name not in names)
    assert settings(**merged(after.to_json(), part)) == after


def test_areas_of_a_part_meet_by_number_and_keep_their_place_in_it() -> None:
    """API-2: one threshold can be changed alone; a mistake is named where it was sent."""
    whole = settings(areas=TWO).to_json()

    after = settings(**merged(whole, {"areas": [{"number": 2, "count_threshold": 8}]}))
    with pytest.raises(SettingsError) as refused:
        settings(**merged(whole, {"areas": [{"number": 2, "count_threshold": 0}]}))

    assert [area.count_threshold for area in after.areas] == [5, 8]
    assert after.areas[1].polygon
    assert [problem.path for problem in refused.value.problems] == ["areas[0].count_threshold"]


def test_destinations_of_a_part_meet_by_place() -> None:
    """API-2, OUT-2: the second one is reached by an empty first."""
    whole = settings(http={"destinations": [{"address": "a"}, {"address": "b"}, {"address": "c"}]}).to_json()

    after = settings(**merged(whole, {"http": {"destinations": [{}, {"port": 80}]}})).http.destinations

    assert [(one.address, one.port) for one in after] == [("a", 443), ("b", 80), ("c", 443), ("", 443)]


@pytest.mark.parametrize(
    "part", [{"areas": "x"}, {"areas": [5]}, {"http": 5}, {"http": {"destinations": [5]}}, {"x": 1}]
)
def test_what_does_not_fit_is_left_for_the_settings_to_refuse(part: dict[str, Any]) -> None:
    """SPEC 15, bad input: merging itself never fails."""
    with pytest.raises(SettingsError):
        settings(**merged(settings().to_json(), part))


def test_a_profile_leaves_the_client_id() -> None:
    """OUT-3, EXT-5: two clients of one id throw each other out."""
    whole = settings(mqtt={"server": {"client_id": "quay", "host": "old"}}).to_json()
    part = {"mqtt": settings(mqtt={"server": {"client_id": "gate", "host": "new"}}).to_json()["mqtt"]}

    server = settings(**of_profile(whole, part)).mqtt.server

    assert (server.client_id, server.host) == ("quay", "new")
    assert of_profile(whole, {"csv": True})["mqtt"] == whole["mqtt"]


@pytest.mark.parametrize(
    ("given", "shared"),
    [
        ({"retain": True, "count_data": True}, True),
        ({"retain": True, "count_data": True, "topic": "a/{camera}"}, False),
        ({"retain": True, "alarm_notification": True, "alarm_topic": "a/{site}", "topic": "{camera}"}, True),
        ({"retain": False, "count_data": True}, False),
        ({"retain": True}, False),
    ],
)
def test_a_retained_message_on_a_shared_topic_is_warned_of(given: dict[str, Any], shared: bool) -> None:
    """OUT-3: the next camera would replace it."""
    assert shares_topic(settings(mqtt=given).mqtt) is shared
    assert not shares_topic(MqttSettings())


@pytest.mark.parametrize(
    "given", [5, {"http_password_5": "a"}, {"http_password_1": 'a"secretive'}, {"mqtt_password": 5}]
)
def test_a_refused_secret_is_not_repeated(given: Any) -> None:
    """DESIGN 7: write-only, in messages, too."""
    with pytest.raises(SettingsError) as refused:
        secrets_clean(given)

    assert all(problem.path.startswith("secrets") for problem in refused.value.problems)
    assert "secretive" not in str(refused.value)
