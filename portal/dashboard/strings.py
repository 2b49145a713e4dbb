"""The texts of the browser's scripts, translated here: a page carries them as JSON (STYLE 9).

{name} is filled by the script; a text with two forms is {"one": …, "other": …}.
"""

from functools import lru_cache

from django.utils.translation import get_language, gettext, ngettext

Strings = dict[str, str | dict[str, str]]


def script_strings() -> Strings:
    """All of them in the language of the request."""
    return _strings(get_language() or "en")


@lru_cache(maxsize=16)
def _strings(_language: str) -> Strings:
    return {
        **_times(),
        **_states(),
        **_numbers(),
        **_notices(),
        **_masks(),
        **_settings(),
        **_editor(),
        **_schedule(),
        **_table(),
        **_charts(),
    }


def _times() -> Strings:
    return {
        "just_now": gettext("just now"),
        "seconds_ago": gettext("{n} s ago"),
        "minutes_ago": gettext("{n} min ago"),
        "hours_ago": gettext("{n} h ago"),
        "days_ago": gettext("{n} d ago"),
        "since": gettext("since {time} ({length})"),
    }


def _states() -> Strings:
    return {
        "status_online": gettext("Online"),
        "status_connecting": gettext("Connecting"),
        "status_stalled": gettext("Stalled"),
        "status_offline": gettext("Offline"),
        "status_unauthorised": gettext("Wrong user name or password"),
        "status_no_network": gettext("No network"),
        "status_outside_schedule": gettext("Outside its operation schedule"),
        "status_waiting": gettext("Waiting for a worker"),
        "status_disabled": gettext("Switched off"),
        "status_no_extension": gettext("No extension installed"),
        "quality_live": gettext("live"),
        "quality_stale": gettext("stale {n} s"),
        "quality_limited": gettext("limited"),
        "quality_unknown": gettext("unknown"),
        "connection_connecting": gettext("Connecting"),
        "connection_live": gettext("Live"),
        "offline_since": gettext("Offline since {time}"),
    }


def _numbers() -> Strings:
    return {
        "n_offline": _forms("{count} offline", "{count} offline"),
        "n_alarms": _forms("{count} open alarm", "{count} open alarms"),
        "n_advice": _forms("{count} advice", "{count} pieces of advice"),
        "n_new": _forms("{count} new alarm", "{count} new alarms"),
        "all_online": gettext("all online"),
        "online_of": gettext("{online} of {all} cameras online"),
        "in_picture": gettext("{count} in the picture, {raw} detected in this frame"),
        "with_sliders": gettext("{count} with these sliders"),
        "saved_is": gettext("saved: {value}"),
        "saving": gettext("Saving …"),
        "saved": gettext("Saved. The camera works with them from the next frame on."),
    }


def _notices() -> Strings:
    return {
        "plan_saved": gettext("Saved"),
        "wall_picture": gettext("Live picture of {name}; its numbers stand below it"),
        "wall_page": gettext("{page} of {pages}"),
        "area_off": gettext("off"),
        "none": gettext("none"),
        "waiting": gettext("Waiting for a picture"),
        "no_worker": gettext("No worker has reported on this camera yet."),
        "first_picture": gettext("The first one is on its way."),
        "last_picture": gettext("Last picture {time}, {ago}"),
        "opens_at": gettext("It opens next on {time}."),
        "opens_never": gettext("It has no next opening."),
        "lost": gettext("Connection to the portal lost"),
        "offline_list": gettext("Offline since {time}. What is new since then comes by itself with the connection."),
        "bare": gettext("Nothing is installed"),
        "bare_reason": gettext("No extension analyses this camera, so nobody takes pictures of it."),
        "refused": gettext("Not allowed any more"),
        "refused_reason": gettext("Your right to see this camera has ended."),
        "new_alarm": gettext("New alarm: {area}, {camera}, {count} of {threshold}"),
        "send_error": gettext("The portal cannot be reached. Nothing was changed; try again."),
        "response_error": gettext("The portal could not do this (error {status}). Nothing was changed."),
        "not_allowed": gettext("Your role does not allow this."),
        "copied": gettext("Copied"),
        "copy_by_hand": gettext("Selected: copy it with the keys"),
    }


def _masks() -> Strings:
    """Of faces (MASK-2, MASK-4): verdict of a frame, why there is none, and the vote."""
    return {
        "verdict_mask": gettext("With mask"),
        "verdict_no_mask": gettext("No mask"),
        "verdict_not_judged": gettext("Not judged"),
        "reason_small": gettext("too small"),
        "reason_blurred": gettext("out of focus"),
        "reason_edge": gettext("cut off by the edge"),
        "reason_turned": gettext("turned away"),
        "reason_tilted": gettext("tilted"),
        "reason_monochrome": gettext("black and white"),
        "n_faces": _forms("{count} face", "{count} faces"),
        "clip_missing": gettext("The clip cannot be shown: it was removed, or the connection is interrupted."),
        "vote_none": gettext("not judged in any frame yet"),
        "vote_open": gettext("{judged} of {needed} judged, {without} without"),
        "vote_full": gettext("{without} of {judged} without, {share} %"),
        "decided_mask": gettext("· decided: mask"),
        "decided_no_mask": gettext("· decided: no mask"),
        "notification_title": gettext("New alarm"),
        "notification_refused": gettext(
            "This browser does not allow notifications from here: allow them in its settings; it takes https."
        ),
        "new_mask_alarm": gettext("New alarm: no mask, {camera}"),
        "non_mask": gettext("Non-mask"),
    }


def _settings() -> Strings:
    return {
        "no_changes": gettext("No changes"),
        "trial_running": gettext("Replaying what was counted …"),
        "trial_outdated": gettext("Changed since: press Try on history again."),
        "n_changes": _forms("{count} change", "{count} changes"),
        "n_problems": _forms("{count} field has a problem.", "{count} fields have a problem."),
        "saved_waiting": gettext("Saved. Waiting for the camera …"),
        "saved_no_worker": gettext("Saved. No worker has applied it yet; it will as soon as one runs this camera."),
        "applied": gettext("Saved and applied {n} s ago"),
        "secret_set": gettext("saved; type to replace"),
        "secret_not_set": gettext("not set"),
        "levels": gettext("runs from {threshold}, holds at {hold}-{last}, resets below {hold}"),
        "levels_one": gettext("runs from {threshold}, holds at {hold}, resets below {hold}"),
        "levels_no_hold": gettext("runs from {threshold}, resets below {threshold}: never holds"),
        "levels_never_low": gettext("runs from {threshold}, holds below it: an empty area resets only after the pause"),
    }


def _editor() -> Strings:
    return {
        "area_on": gettext("On"),
        "not_drawn": gettext("not drawn"),
        "draw": gettext("Draw"),
        "draw_anew": gettext("Draw anew"),
        "n_vertices": gettext("{count}/{most}"),
        "vertex_at": gettext("Vertex {n} of {all} at {x} %, {y} %"),
        "vertex_x": gettext("x of vertex {n}"),
        "vertex_y": gettext("y of vertex {n}"),
        "vertex_remove": gettext("Delete vertex {n}"),
        "vertex_range": gettext("A vertex lies between 0 and 100 % of the picture."),
        "hint_empty": gettext("Press Draw, then click the corners on the picture."),
        "hint_line": gettext("Click adds a vertex, a click on the first closes. Keys: arrows, Enter, C closes, Esc."),
        "hint_polygon": gettext(
            "Drag vertices or the whole, double-click an edge for a new one. Keys: Tab, arrows, Delete."
        ),
        "finish_line": gettext("What you draw is not closed yet: close it, or press Esc."),
        "ignore_zone": gettext("Ignore zone {n}"),
        "ignore_zone_new": gettext("New ignore zone"),
        "detection_area": gettext("Detection area"),
        "whole_picture": gettext("the whole picture"),
        "privacy_zone": gettext("Privacy zone {n}"),
        "privacy_zone_new": gettext("New privacy zone"),
        "zone_vertices": _forms("{count} vertex", "{count} vertices"),
        "zone_remove": gettext("Remove {name}"),
        "turn_first": gettext("This is the picture as it will be turned. Save or discard it, then draw."),
        "turn_coming": gettext("Saved. The picture turns as soon as the camera sends it."),
    }


def _schedule() -> Strings:
    return {
        "range_form": gettext("Times look like 08:00-18:00, 22:00-02:00; not “{value}”."),
        "range_overlap": gettext("The time ranges of a day must not overlap."),
        "closed": gettext("closed"),
    }


def _table() -> Strings:
    return {
        "n_selected": _forms("{count} camera selected", "{count} cameras selected"),
        "n_people": _forms("{count} person selected", "{count} people selected"),
        "n_alarms_selected": _forms("{count} alarm selected", "{count} alarms selected"),
        "n_destinations": _forms("{count} destination selected", "{count} destinations selected"),
        "n_messages": _forms("{count} message selected", "{count} messages selected"),
        "none_selected": gettext("No camera selected"),
    }


def _charts() -> Strings:
    return {
        "chart_hint": gettext("Point at the chart to read it; arrow keys walk along it."),
        "chart_unknown": gettext("unknown: nobody counted"),
        "chart_reading": gettext("average {value}, lowest {low}, highest {high}; before {before}"),
    }


def _forms(one: str, other: str) -> dict[str, str]:
    return {"one": ngettext(one, other, 1), "other": ngettext(one, other, 2)}
