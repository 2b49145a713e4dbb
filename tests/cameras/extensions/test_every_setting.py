"""Every row of SPEC 3, and the HTTP and MQTT tabs of SPEC 7: default, lowest, highest, just outside, wrong type."""

from dataclasses import dataclass, field, fields
from typing import Any

import pytest

from cameras.extensions.areas import AreaSettings
from cameras.extensions.bands import Band
from cameras.extensions.describe import default_of
from cameras.extensions.http import HttpDestination, HttpSettings
from cameras.extensions.ignore import IgnoreZone
from cameras.extensions.mqtt import MqttServer, MqttSettings
from cameras.extensions.occupancy import OccupancySettings, SettingsError, plain
from cameras.extensions.secret_rules import SECRETS

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
BOW_TIE = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
POLYGON_16 = [[0.1 + 0.05 * n, 0.1 if n % 2 else 0.2] for n in range(15)] + [[0.5, 0.9]]
BAND = {"name": "Lunch", "days": ["mon"], "begin": "11:30", "end": "13:30", "count_thresholds": {"1": 1, "4": 40}}
ZONE = {"objects": None, "polygon": SQUARE}
NOT_NUMBERS = ["5", None, True, [5], {}]
NOT_SWITCHES = [0, 1, "On", None, []]
NOT_TEXTS = [5, None, True, ["a"], {}]
INTERVALS = [5, 10, 15, 60, 300, 600, 900, 1800, 3600]
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True)
class Row:
    """A row of the SPEC. where: the place of its value, with {} for an area's number 1 and a destination's place 0."""

    where: str
    default: Any
    good: list[Any]
    bad: list[Any]
    beside: dict[str, Any] = field(default_factory=dict)


def number(low: float, high: float, step: float = 1) -> tuple[list[Any], list[Any]]:
    """Lowest and highest; just outside, between the steps, and what is no number."""
    return [low, high], [round(low - step, 1), round(high + step, 1), low + step / 2, *NOT_NUMBERS]


SWITCH: tuple[list[Any], list[Any]] = ([True, False], NOT_SWITCHES)


def choice(*options: Any) -> tuple[list[Any], list[Any]]:
    return list(options), ["", "other", 7, 2.5, None, True, [options[0]]]


def text(longest: int, good: str, bad: str, least: int = 0) -> tuple[list[Any], list[Any]]:
    """Shortest, longest, every character that is allowed; one more; each character that is not."""
    accepted = ["", "a" * longest, good] if not least else ["a", "a" * longest, good]
    refused = ["a" * (longest + 1), *(f"a{one}b" for one in bad), *NOT_TEXTS]
    return accepted, refused if not least else [*refused, "", " "]


CONTROL = "\n\x00\x7f\x85\u2028\ud800"
ROWS = {
    "OCC-1 objects": Row(
        "objects", ["human"], [["human"], ["human", "vehicle", "bicycle"]], [[], ["cat"], "human", ["human"] * 2, None]
    ),
    "OCC-1 objects of an area": Row("areas.objects", None, [None, ["bicycle"]], [[], ["cat"], "human", 5]),
    "OCC-2 polygon": Row(
        "areas.polygon",
        [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
        [SQUARE, SQUARE[:3], POLYGON_16],
        [SQUARE[:2], [*POLYGON_16, [0.4, 0.9]], BOW_TIE, [[0, 0], [0.5, 0.5], [1, 1]], [[0, 0], [1, 0], [1, 1.1]], "x"],
    ),
    "OCC-4 status": Row("areas.status", True, *SWITCH),
    "OCC-5 count threshold": Row("areas.count_threshold", 5, *number(1, 40)),
    "OCC-6 time": Row("areas.time_s", 10.0, *number(0.1, 3600, 0.1)),
    "OCC-7 name": Row("areas.name", "Area 1", *text(20, "日本 <b>'", '"&' + CONTROL, least=1)),
    "OCC-9 reference point": Row("reference_point", "bottom", *choice("bottom", "centre", "top")),
    "OCC-20 percentage": Row("reset_percentage", 80, *choice(50, 60, 70, 80, 90, 100)),
    "OCC-21 pause": Row("pause_reset_s", 5, *number(0, 600)),
    "OCC-22 notification": Row("alarm_notification", True, *SWITCH),
    "OCC-23 operation": Row("notification_operation", "periodic", *choice("periodic", "continuous", "one_time")),
    "OCC-24 below the threshold": Row("notify_below_threshold", True, *SWITCH),
    "OCC-25 head": Row("threshold_human_head", 30, *number(1, 99)),
    "OCC-25 body": Row("threshold_human_body", 25, *number(1, 99)),
    "OCC-25 vehicle": Row("threshold_vehicle", 25, *number(1, 99)),
    "OCC-25 bicycle": Row("threshold_bicycle", 25, *number(1, 99)),
    **{f"OCC-25 learning {n}": Row(f"threshold_learning_{n}", 50, *number(1, 99)) for n in range(1, 6)},
    "OCC-26 own thresholds": Row("bw_thresholds", True, *SWITCH),
    "OCC-26 head": Row("bw_threshold_human_head", 40, *number(1, 99)),
    "OCC-26 body": Row("bw_threshold_human_body", 30, *number(1, 99)),
    "OCC-27 head": Row("min_width_human_head_px", 38, *number(0, 1920)),
    "OCC-27 body": Row("min_width_human_body_px", 38, *number(0, 1920)),
    "OCC-28 interval": Row("onvif_interval_s", 5, *choice(5, 10, 15, 60)),
    "OCC-29 frames": Row("metadata_boxes", True, *SWITCH),
    "OCC-30 CSV": Row("csv", False, *SWITCH),
    "OCC-31 improvements": Row("learning_improvements", False, *SWITCH),
    "OCC-32 alarm": Row("areas.min_alarm", False, *SWITCH),
    "OCC-32 threshold": Row("areas.min_threshold", 1, *number(1, 40)),
    "OCC-32 time": Row("areas.min_time_s", 10.0, *number(0.1, 3600, 0.1)),
    "OCC-34 bands": Row(
        "bands",
        [],
        [[], [BAND] * 8],
        [[BAND] * 9, [{}], "all", None, [5]],
    ),
    "OCC-34 name": Row(
        "bands.name", "Band", *text(20, "Lunch", '"&' + CONTROL, least=1), beside={"count_thresholds": {"1": 9}}
    ),
    "OCC-34 days": Row(
        "bands.days",
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        [["mon"], ["sat", "sun"]],
        [[], ["day"], ["mon", "mon"], "mon", None],
        beside={"count_thresholds": {"1": 9}},
    ),
    "OCC-34 begin": Row(
        "bands.begin",
        "00:00",
        ["00:00", "23:59"],
        ["24:00", "7:30", "12:60", "25:00", "12:3", 730, None, "１２:00"],
        beside={"count_thresholds": {"1": 9}},
    ),
    "OCC-34 end": Row(
        "bands.end",
        "24:00",
        ["24:00", "00:01", "06:00"],
        ["24:01", "00:00", "6", 6, None],
        beside={"count_thresholds": {"1": 9}},
    ),
    "OCC-34 thresholds": Row(
        "bands.count_thresholds",
        {},
        [{"1": 1}, {"4": 40}, {"1": 5, "2": 6, "3": 7, "4": 8}],
        [{}, {"5": 5}, {"0": 5}, {"1": 0}, {"1": 41}, {"1": "5"}, {"1": 2.5}, [5], None],
    ),
    "OCC-35 zones": Row(
        "ignore_zones",
        [],
        [[], [ZONE] * 8],
        [[ZONE] * 9, [{}], [{"polygon": []}], "all", None, [SQUARE]],
    ),
    "OCC-35 objects": Row(
        "ignore_zones.objects", None, [None, ["human"]], [[], ["cat"], "human"], beside={"polygon": SQUARE}
    ),
    "OCC-35 polygon": Row("ignore_zones.polygon", [], [SQUARE, POLYGON_16], [BOW_TIE, SQUARE[:2], [], None, 5]),
    "OUT-2 transmission": Row("http.destinations.transmission", False, *SWITCH, beside={"address": "a.example"}),
    "OUT-2 address": Row("http.destinations.address", "", *text(63, "AZaz09._-", " /:@&\"'[]{}#?*,ä" + CONTROL)),
    "OUT-2 path": Row(
        "http.destinations.path",
        "/AIOccupancyDetectionApp",
        ["", "/", "/" + "a" * 127, "/a?b=c:d#e,ä日"],
        ["/" + "a" * 128, *(f"/a{one}b" for one in '"&;' + CONTROL), *NOT_TEXTS],
    ),
    "OUT-2 SSL": Row("http.destinations.ssl", True, *SWITCH),
    "OUT-2 port": Row("http.destinations.port", 443, *number(1, 65535)),
    "OUT-2 user": Row("http.destinations.user", "", *text(63, "a b<>/@'!ä日", '"&:;¥\\' + CONTROL)),
    "OUT-2 CA": Row("http.destinations.ca_certificate", "", *text(16384, "-----BEGIN\r\nMII+/=", "ä\x00")),
    "OUT-2 interval": Row("http.destinations.interval_s", 300, *choice(*INTERVALS)),
    "OUT-3 own server": Row("mqtt.server.own", False, *SWITCH, beside={"host": "a.example"}),
    "OUT-3 host": Row("mqtt.server.host", "", *text(128, "AZaz09._-", ' /:@&"ä' + CONTROL)),
    "OUT-3 port": Row("mqtt.server.port", 8883, *number(1, 65535)),
    "OUT-3 TLS": Row("mqtt.server.tls", True, *SWITCH),
    "OUT-3 CA": Row("mqtt.server.ca_certificate", "", *text(16384, "-----BEGIN\r\nMII+/=", "ä\x00")),
    "OUT-3 certificate": Row("mqtt.server.client_certificate", "", *text(16384, "-----BEGIN\nMII+/=", "ä\x00")),
    "OUT-3 client id": Row("mqtt.server.client_id", "", *text(64, PRINTABLE[1:60], " ä" + CONTROL)),
    "OUT-3 user": Row("mqtt.server.user", "", *text(63, "a b&ä日", CONTROL)),
    "OUT-3 keep-alive": Row("mqtt.server.keep_alive_s", 60, *number(10, 3600)),
    "OUT-3 will topic": Row("mqtt.server.last_will_topic", "", *text(128, "a/{camera}/b", "+#ä" + CONTROL)),
    "OUT-3 will message": Row("mqtt.server.last_will_message", "", *text(128, 'gone "&" ä', CONTROL)),
    "OUT-3 counts": Row("mqtt.count_data", False, *SWITCH),
    "OUT-3 alarms": Row("mqtt.alarm_notification", False, *SWITCH),
    "OUT-3 topic": Row(
        "mqtt.topic",
        "i-PRO/NetworkCamera/App/AIOccupancyDetectionApp",
        *text(128, PRINTABLE.replace("+", "").replace("#", ""), "+#ä日ｱ¥" + CONTROL, least=1),
    ),
    "OUT-3 alarm topic": Row("mqtt.alarm_topic", "", *text(128, "{site}/{camera}", "+#ä" + CONTROL)),
    "OUT-3 QoS": Row("mqtt.qos", 1, *choice(0, 1, 2)),
    "OUT-3 retain": Row("mqtt.retain", False, *SWITCH),
    "OUT-3 interval": Row("mqtt.interval_s", 300, *choice(*INTERVALS)),
}
CLASSES = {
    "": OccupancySettings,
    "areas": AreaSettings,
    "bands": Band,
    "ignore_zones": IgnoreZone,
    "http": HttpSettings,
    "http.destinations": HttpDestination,
    "mqtt": MqttSettings,
    "mqtt.server": MqttServer,
}
HOLDERS = {"areas", "http", "http.destinations", "mqtt", "mqtt.server", "areas.number"}


def form(row: Row, value: Any) -> dict[str, Any]:
    """Settings as the API is given them, with `value` at the place of the row."""
    *holders, name = row.where.split(".")
    inner: Any = {**row.beside, name: value}
    for holder in reversed(holders):
        listed = holder in {"areas", "bands", "ignore_zones", "destinations"}
        inner = {holder: [{"number": 1, **inner} if holder == "areas" else inner] if listed else inner}
    return inner


def value_at(row: Row, settings: OccupancySettings) -> Any:
    found: Any = settings
    for name in row.where.split("."):
        found = getattr(found[0] if isinstance(found, tuple) else found, name)
    return plain(found)


def path_of(row: Row) -> str:
    for holder in ("areas", "bands", "ignore_zones", "destinations"):
        if f"{holder}." in row.where:
            return row.where.replace(f"{holder}.", f"{holder}[0].")
    return row.where


CASES = [pytest.param(row, id=name) for name, row in ROWS.items()]


def test_no_setting_is_forgotten_here() -> None:
    """SPEC 3, OUT-2, OUT-3: the table has a row for every field that there is."""
    every = {f"{holder}.{one.name}".lstrip(".") for holder, holding in CLASSES.items() for one in fields(holding)}

    assert {row.where for row in ROWS.values()} == every - HOLDERS


@pytest.mark.parametrize("row", CASES)
def test_the_default_is_the_one_of_the_specification(row: Row) -> None:
    """SPEC 3, OUT-2, OUT-3: the values in italics."""
    holder, _, name = row.where.rpartition(".")
    one = next(one for one in fields(CLASSES[holder]) if one.name == name)

    assert plain(default_of(one)) == row.default
    assert type(plain(default_of(one))) is type(row.default)


@pytest.mark.parametrize("row", CASES)
def test_the_whole_range_is_taken(row: Row) -> None:
    """SPEC 3, OUT-2, OUT-3: lowest, highest, every option, every character."""
    for value in row.good:
        assert value_at(row, OccupancySettings.from_json(form(row, value))) == value


@pytest.mark.parametrize("row", CASES)
def test_everything_else_is_refused_at_its_place(row: Row) -> None:
    """SPEC 3, OUT-2, OUT-3: just outside, wrong type; the message can be sent, and names the place."""
    for value in row.bad:
        with pytest.raises(SettingsError) as refused:
            OccupancySettings.from_json(form(row, value))
        assert all(problem.path.startswith(path_of(row)) for problem in refused.value.problems), value
        assert all(problem.message.encode() for problem in refused.value.problems)


@pytest.mark.parametrize("name", [f"http_password_{n}" for n in range(1, 5)])
def test_a_password_of_http_is_checked_like_a_setting(name: str) -> None:
    """OUT-2: password of at most 63 characters without quotation mark and ampersand."""
    good, bad = text(63, "a:b;c\\d¥ ä日", '"&' + CONTROL)
    rule = SECRETS[name]

    assert [rule.clean(value) for value in good] == good
    for value in bad:
        with pytest.raises(ValueError, match="Password must"):
            rule.clean(value)


def test_a_path_gets_the_slash_that_it_lacks() -> None:
    """OUT-2: a blank one stays blank."""
    destinations = [{"path": "counts"}, {"path": ""}, {"path": "/counts"}]

    read = OccupancySettings.from_json({"http": {"destinations": destinations}}).http.destinations

    assert [one.path for one in read] == ["/counts", "", "/counts", "/AIOccupancyDetectionApp"]


def refusal(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(SettingsError) as refused:
        OccupancySettings.from_json(data)
    return [(problem.path, problem.message) for problem in refused.value.problems]


def test_transmission_needs_an_address() -> None:
    """OUT-2: transmission on with a blank address is refused, at the address."""
    assert refusal({"http": {"destinations": [{}, {"transmission": True}]}}) == [
        ("http.destinations[1].address", "Transmission needs an address to be On.")
    ]


def test_there_are_four_destinations() -> None:
    """OUT-2: a fifth is refused; fewer are completed."""
    assert len(OccupancySettings.from_json({"http": {"destinations": []}}).http.destinations) == 4
    assert [path for path, _ in refusal({"http": {"destinations": [{}] * 5}})] == ["http.destinations"]


def test_a_server_of_its_own_needs_a_host() -> None:
    """OUT-3: otherwise it is the server of site or portal."""
    assert refusal({"mqtt": {"server": {"own": True}}}) == [("mqtt.server.host", "A server of its own needs a host.")]


def test_every_mistake_of_every_tab_is_told_at_once() -> None:
    """OCC-34, OUT-2, OUT-3: with the path of each."""
    wrong = {
        "bands": [{"begin": "9", "count_thresholds": {"1": 41}}],
        "http": {"destinations": [{"port": 0}], "server": {}},
        "mqtt": {"server": {"port": "1883"}, "qos": 3},
    }

    assert [path for path, _ in refusal(wrong)] == [
        "bands[0].begin",
        "bands[0].count_thresholds.1",
        "http.destinations[0].port",
        "http.server",
        "mqtt.server.port",
        "mqtt.qos",
    ]
