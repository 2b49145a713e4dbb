"""Examples of requests in the OpenAPI document: one for each operation that takes JSON (API-1)."""

from typing import Any

_TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
_ALARM = "0198c1f2-5a7e-7d3c-9b1e-3f2a6c4d5e6f"
_SCHEDULE = {
    "always": False,
    "week": {"mon": [["08:00", "18:00"]], "sat": [["22:00", "02:00"]]},
    "exceptions": [{"date": "2026-12-25", "ranges": [], "name": "Christmas"}],
}
_AREA = {"name": "Gate", "status": True, "polygon": _TRIANGLE, "count_threshold": 8, "time_s": 10}
_MQTT = {"config": {"host": "mqtt.example.org", "port": 8883, "tls": True}, "secrets": {"password": "…"}}
_FILE = "version: 1\nsites:\n  harbour:\n    cameras:\n      gate: {fps: 8}\n"
_CHANGE = {"settings": {"areas": [{"number": 2, "count_threshold": 8}]}, "reason": "Crowded on Saturdays"}

EXAMPLES: dict[str, Any] = {
    "alarm_sound_replace": {"sound": "until_acknowledged", "notify": True},
    "alarms_acknowledge": {"origin": "vms", "external_ref": "4711"},
    "alarms_step": {"step": "close", "verdict": "false", "note": "A group of statues"},
    "alarms_steps_of_many": {"alarms": [_ALARM], "step": "acknowledge"},
    "cameras_bulk": {
        "items": [
            {"do": "create", "camera": {"site": 1, "name": "Gate", "url": "rtsp://192.0.2.7/live"}},
            {"do": "change", "id": 7, "if_match": '"3"', "camera": {"fps": 5}},
            {"do": "move", "id": 8, "if_match": "*", "site": 2},
            {"do": "remove", "id": 9, "if_match": '"12"'},
        ],
        "dry_run": True,
    },
    "cameras_change": {"name": "Gate", "fps": 5},
    "cameras_create": {"site": 1, "name": "Gate", "url": "rtsp://192.0.2.7/live", "username": "view", "password": "…"},
    "cameras_extension_areas_change": {"count_threshold": 8},
    "cameras_extension_areas_replace": _AREA,
    "cameras_extension_copy": {"to": [8, 9], "tabs": ["detail"], "preview": True},
    "cameras_extension_ignore_zones_replace": [{"polygon": _TRIANGLE}],
    "cameras_extension_partial_update": _CHANGE,
    "cameras_extension_replace": {"settings": {"areas": [{"number": 1, **_AREA}]}},
    "cameras_extension_schedule_replace": _SCHEDULE,
    "cameras_import": {"csv": "site,name,url\r\nHarbour,Gate,rtsp://192.0.2.7/live\r\n", "dry_run": True},
    "cameras_privacy_zones_replace": [_TRIANGLE],
    "cameras_schedule_preview": _SCHEDULE,
    "cameras_settings_import": {"csv": "site,name,reset_percentage\r\nHarbour,Gate,70\r\n", "dry_run": True},
    "cameras_test_alarm": {"area": 1},
    "cameras_test_connection": {"site": 1, "url": "rtsp://192.0.2.7/live", "username": "view", "password": "…"},
    "cameras_test_own_connection": {"transport": "udp"},
    "cameras_try_on_history": {"settings": {"areas": [{"number": 1, "count_threshold": 8}]}, "days": 7},
    "combined_areas_change": {"count_threshold": 30},
    "combined_areas_create": {
        "site": 1,
        "name": "Hall",
        "areas": [{"camera": 7, "area": 1}, {"camera": 8, "area": 1}],
        "count_threshold": 20,
    },
    "destinations_change": {"enabled": False},
    "destinations_create": {
        "site": 1,
        "kind": "webhook",
        "name": "VMS",
        "config": {"url": "https://vms.example.org/lookout"},
        "events": ["started", "ended"],
    },
    "destinations_switch": {"enabled": False, "destinations": [4, 7]},
    "destinations_test": {},
    "destinations_test_new": {
        "site": 1,
        "kind": "webhook",
        "name": "VMS",
        "config": {"url": "https://vms.example.org/lookout"},
    },
    "config_apply": {"document": _FILE, "digest": "5f0c2ab91d"},
    "config_plan": {"document": _FILE, "prune": True},
    "discoveries_add": {"site": 1, "devices": [{"host": "192.0.2.7", "name": "Gate", "streams": {"1": 0}}]},
    "discoveries_read_streams": {"hosts": ["192.0.2.7"], "username": "view", "password": "…"},
    "discoveries_start": {"addresses": "192.0.2.0/28"},
    "floor_plans_change": {"marks": [{"camera": 7, "area": 1, "x": 0.25, "y": 0.5}]},
    "group_roles_set": {"group": "guards", "site": 1, "role": "operator"},
    "jobs_create": {"kind": "install", "cameras": [7, 8], "order": {"extension": "nonmask"}},
    "memberships_change": {"role": "operator"},
    "memberships_create": {"user": 5, "site": 1, "role": "viewer"},
    "mqtt_server_set": _MQTT,
    "mqtt_server_test": _MQTT,
    "notifications_act": {"do": "resend", "notifications": [_ALARM]},
    "profiles_apply": {"to": [8, 9], "preview": True},
    "profiles_create": {"camera": 7, "extension": "occupancy", "name": "Doors", "tabs": ["basic", "detail"]},
    "public_counters_create": {"site": 1, "name": "Door", "areas": [{"camera": 7, "area": 1}], "full_at": 50},
    "shelvings_create": {
        "camera": 7,
        "extension": "occupancy",
        "area": 1,
        "until": "2026-12-01T18:00:00+01:00",
        "reason": "Scaffolding",
    },
    "sites_change": {"time_zone": "Europe/Berlin"},
    "sites_create": {"name": "Harbour", "time_zone": "Europe/Berlin"},
    "sites_escalation_set": {"after_min": 10},
    "sites_mqtt_server_set": _MQTT,
    "sites_mqtt_server_test": _MQTT,
    "tokens_create": {"name": "recorder in the lobby", "scope": "read", "sites": [1], "networks": ["192.0.2.0/24"]},
    "users_change": {"active": False},
    "users_invite": {"username": "guard", "roles": [{"site": 1, "role": "operator"}]},
}


def describe_examples(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    for path in result["paths"].values():
        for operation in path.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None and operation["operationId"] in EXAMPLES:
                body["example"] = EXAMPLES[operation["operationId"]]
    return result
