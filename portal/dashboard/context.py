"""What every page's frame shows: the site switcher, the badge of open alarms, the texts of the scripts."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from analytics.selectors import alarm_list
from portal.dashboard.sites import chosen_site, sites_of
from portal.dashboard.strings import script_strings

# Name of a page's address -> the entry of the menu that it belongs to.
_SECTIONS = {
    "camera": "cameras",
    "camera_add": "cameras",
    "camera_edit": "cameras",
    "camera_remove": "cameras",
    "cameras_find": "cameras",
    "camera_scan": "cameras",
    "cameras_import": "cameras",
    "cameras_move": "cameras",
    "cameras_remove": "cameras",
    "settings_copy": "cameras",
    "schedule_copy": "cameras",
    "profile_put": "cameras",
    "camera_settings": "cameras",
    "camera_schedule": "cameras",
    "camera_picture": "cameras",
    "camera_health": "cameras",
    "camera_versions": "cameras",
    "camera_document": "cameras",
    "area_timeline": "cameras",
    "settings_import": "cameras",
    "camera_deliveries": "cameras",
    "camera_masks": "cameras",
    "camera_counts": "cameras",
    "masks": "counts",
    "alarm": "alarms",
    "shelvings": "alarms",
    "noise": "alarms",
    "destination": "deliveries",
    "destination_add": "deliveries",
    "mqtt_servers": "deliveries",
    "mqtt_server_portal": "deliveries",
    "mqtt_server_site": "deliveries",
    "delivery": "deliveries",
    "delivery_log": "deliveries",
    "escalations": "deliveries",
    "extensions_check": "extensions",
    "jobs": "extensions",
    "job": "extensions",
    "tokens": "admin",
    "token_add": "admin",
    "audit": "admin",
    "people": "admin",
    "person": "admin",
    "person_add": "admin",
    "people_bulk": "admin",
    "people_bulk_done": "admin",
    "group_roles": "admin",
    "profiles": "admin",
    "profile": "admin",
    "profile_add": "admin",
    "networks": "admin",
    "network_test": "admin",
    "network_add": "admin",
    "configuration": "admin",
    "site": "overview",
    "floor_plan": "overview",
    "floor_plan_add": "overview",
    "site_edit": "overview",
    "combined_area": "overview",
    "combined_area_add": "overview",
    "public_counters": "overview",
    "public_counter_add": "overview",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Two queries for a page with somebody signed in, none otherwise (and none in what htmx asks for)."""
    user = getattr(request, "user", None)  # an error before the session was read has none
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {"frame_language": settings.LANGUAGE_CODE}
    return {
        "frame_sites": sites_of(request),
        "frame_site": chosen_site(request),
        "frame_open": alarm_list(user=user).filter(ended_at=None).order_by().count(),
        "frame_strings": script_strings(),
        "frame_now": time.time(),
        "section": _section(request),
        "switch_path": _switch_path(request),
    }


def _section(request: HttpRequest) -> str:
    match = request.resolver_match
    return _SECTIONS.get(match.url_name or "", match.url_name or "") if match else ""


def _switch_path(request: HttpRequest) -> str:
    """Where another site is chosen: the list that the page belongs to."""
    section = _section(request)
    return reverse(section if section in ("alarms", "cameras", "counts", "deliveries", "extensions") else "overview")
