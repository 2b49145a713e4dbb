"""Who is let in where: every route by its method and name (SEC-1). A route that is not listed fails test_matrix.py.

asked: the sign-in page, or 401.    no: 403.    hidden: 404, as if it did not exist.    unknown: 404 or 400, as if what
the body names did not exist.    in: all else below 500; below 400 where bodies.py has a body that fits.
"""

from enum import Enum

ROLES = ("visitor", "stranger", "elsewhere", "viewer", "operator", "administrator", "portal")
"""stranger: of no site.    elsewhere: administrator of another site.    portal: administrator of the portal."""


class Level(Enum):
    """What each of ROLES meets, in their order."""

    EVERYBODY = "in in in in in in in"
    SIGNED_IN = "asked in in in in in in"
    MEMBER = "asked hidden hidden in in in in"
    OPERATOR = "asked hidden hidden no in in in"
    ADMINISTRATOR = "asked hidden hidden no no in in"
    SECRETLY = "asked hidden hidden hidden hidden in in"  # for administrators; others do not learn that it is there
    SOMEWHERE = "asked no in no no in in"  # for administrators of any site, about theirs
    SOMEWHERE_THIS = "asked no hidden no no in in"  # the same about one thing of a site
    PORTAL = "asked no no no no no in"
    PORTAL_HERE = "asked hidden hidden no no no in"  # what a site's own administrator is not allowed
    PORTAL_PERSON = "asked hidden hidden hidden hidden no in"
    PORTAL_SECRETLY = "asked hidden hidden hidden hidden hidden in"
    OPERATOR_BY_BODY = "asked unknown unknown no in in in"  # the body names what it is about
    ADMINISTRATOR_BY_BODY = "asked unknown unknown no no in in"
    ADMINISTRATOR_OF_ALL = "asked unknown unknown unknown unknown in in"  # of everything that the body names
    MEMBER_TO_OTHERS = "asked hidden hidden unknown unknown in in"  # from a thing they see to those that the body names

    def outcome(self, role: str) -> str:
        """What this one meets."""
        return self.value.split()[ROLES.index(role)]


PAGES = {
    Level.EVERYBODY: """
        GET healthz, GET readyz, GET public_counter, GET public_counter_state,
        GET welcome, POST welcome
    """,
    Level.SIGNED_IN: """
        GET overview, GET cameras, GET cameras_example, GET cameras_export, GET settings_export, GET counts,
        GET counts_csv, GET masks, GET profiles, GET alarms, GET alarm_rows, POST alarm_sound, POST alarm_steps,
        GET alarms_csv, GET shelvings, GET noise, GET deliveries, GET destinations_export, POST destinations_act,
        GET delivery_log, POST deliveries_act, GET delivery_export, GET extensions, GET jobs, GET wall, GET workers,
        GET health, GET networks, GET public_counters, GET administration, GET tokens, GET token_add, POST token_add,
        GET account, POST account, GET mfa_index, POST mfa_index, GET account_password, POST account_password,
        GET account_reauthenticate, POST account_reauthenticate, GET mfa_reauthenticate, POST mfa_reauthenticate,
        GET mfa_activate_totp, POST mfa_activate_totp, GET mfa_generate_recovery_codes,
        POST mfa_generate_recovery_codes, POST sessions_end_others
    """,
    Level.MEMBER: """
        GET camera, GET camera_thumbnail, GET camera_health, GET camera_picture, POST camera_history_try,
        GET camera_settings, GET camera_schedule, POST camera_schedule_preview, GET camera_deliveries,
        GET camera_counts, GET camera_counts_csv, GET area_timeline, GET camera_masks, GET camera_masks_csv,
        GET camera_versions, GET camera_document_download, GET profile, GET alarm, GET alarm_snapshot, GET alarm_clip,
        GET alarm_clip_scenes, GET noise_proposal, GET alarm_why, GET alarm_deliveries, GET destination, GET delivery,
        GET site, GET floor_plan, GET floor_plan_picture
    """,
    Level.OPERATOR: """
        POST shelving_end, POST alarm_acknowledge, POST alarm_step, POST delivery_resend, POST delivery_cancel
    """,
    Level.ADMINISTRATOR: """
        POST camera_test_alarm, POST camera_view_confirm,
        POST camera_media_erase, GET camera_edit, POST camera_edit, GET camera_remove,
        POST camera_remove, POST camera_connection_try, POST camera_picture_save, POST camera_thresholds,
        POST camera_settings_save, POST camera_settings_reset, POST http_transmission_test, GET camera_document,
        POST camera_document, POST camera_version_restore, POST profile_remove, POST destination,
        POST destination_test, POST destination_rotate, POST destination_remove, POST escalation_save,
        GET mqtt_server_site, POST mqtt_server_site, POST mqtt_server_site_test, GET combined_area_add,
        POST combined_area_add, GET combined_area, POST combined_area, POST combined_area_remove, GET floor_plan_add,
        POST floor_plan_add, POST floor_plan_remove, POST floor_plan_marks, GET site_edit, POST site_edit,
        GET public_counter_add, POST public_counter_add
    """,
    Level.SECRETLY: """
        GET job, POST job_cancel, POST job_retry, POST public_counter_revoke, POST token_revoke, POST role_remove,
        GET person, POST person, POST role_set, POST person_link, POST person_disable, POST person_enable,
        POST person_sign_out, POST person_no_second_factor
    """,
    Level.SOMEWHERE: """
        GET camera_add, POST camera_add, GET cameras_find, POST cameras_find, POST connection_try, GET cameras_import,
        POST cameras_import, GET cameras_move, POST cameras_move, GET cameras_remove, POST cameras_remove,
        GET settings_copy, POST settings_copy, GET schedule_copy, POST schedule_copy, GET settings_import,
        POST settings_import, GET profile_add, POST profile_add, GET profile_put, POST profile_put,
        GET destination_add, POST destination_add, GET escalations, GET mqtt_servers, GET audit, GET audit_csv,
        GET audit_jsonl, GET people, GET people_csv, GET people_bulk, POST people_bulk, GET people_bulk_done,
        GET person_add, POST person_add, GET extensions_check, POST extensions_check
    """,
    Level.PORTAL: """
        GET mqtt_server_portal, POST mqtt_server_portal, POST mqtt_server_portal_test, GET network_test,
        POST network_test, GET network_add, POST network_add, POST network_remove, GET group_roles, POST group_roles,
        POST group_role_remove, GET configuration,
        POST configuration, GET configuration_file
    """,
    Level.PORTAL_PERSON: "POST person_administrator",
}

API = {
    Level.SIGNED_IN: """
        GET api_camera-list, GET api_alarm-list, GET api_site-list, GET api_combined_area-list, GET api_user-list,
        GET api_membership-list, GET api_group_role-list, GET api_public_counter-list, GET api_floor_plan-list,
        GET api_shelving-list, GET api_scene_advice-list, GET api_profile-list, GET api_settings_export,
        GET api_camera_export, GET api_job-list, GET api_counts, GET api_counts-csv, GET api_noise,
        GET api_destination-list, GET api_notification-list, GET api_destination-kinds, GET api_active-guard-cameras,
        GET api_area-list, GET api_schema, GET api_docs, GET api_workers, GET api_health, GET api_networks,
        GET api_alarm-export, GET api_notification-export, GET api_token-list, POST api_token-list,
        GET api_alarm-sound, PUT api_alarm-sound
    """,
    Level.MEMBER: """
        GET api_camera-detail, POST api_camera-try-on-history, GET api_alarm-detail, GET api_alarm-steps,
        GET api_site-detail, GET api_combined_area-detail, GET api_floor_plan-detail, GET api_floor_plan-picture,
        GET api_shelving-detail, GET api_area-settings-list, GET api_area-settings, GET api_privacy-zones,
        POST api_schedule-preview, GET api_extension, GET api_extension-describe, GET api_extension-ignore-zones,
        GET api_extension-schedule, GET api_version-list, GET api_version, GET api_version-compare, GET api_profile,
        GET api_camera-compliance, GET api_site-compliance, GET api_camera-compliance-csv, GET api_noise-proposal,
        GET api_destination-detail,
        GET api_notification-detail, GET api_notification-attempts,
        GET api_camera-counts-csv, GET api_area-timeline, GET api_camera-snapshot,
        GET api_alarm-snapshot
    """,
    Level.OPERATOR: """
        POST api_alarm-acknowledge, POST api_alarm-steps, POST api_shelving-end, POST api_notification-cancel,
        POST api_notification-resend
    """,
    Level.ADMINISTRATOR: """
        PATCH api_camera-detail, DELETE api_camera-detail, POST api_camera-confirm-view, POST api_camera-test-alarm,
        GET api_camera-media, DELETE api_camera-media, PATCH api_site-detail, PATCH api_combined_area-detail,
        DELETE api_combined_area-detail, PATCH api_floor_plan-detail, DELETE api_floor_plan-detail,
        PUT api_area-settings, PATCH api_area-settings, DELETE api_area-settings, PUT api_privacy-zones,
        PUT api_extension, PATCH api_extension, POST api_extension-reset, PUT api_extension-ignore-zones,
        PUT api_extension-schedule, POST api_version-restore, DELETE api_profile, POST api_own_connection_test,
        PATCH api_destination-detail, DELETE api_destination-detail, POST api_destination-rotate-secret,
        POST api_destination-test, POST api_camera-http-transmission-test, GET api_site-mqtt-server,
        PUT api_site-mqtt-server, DELETE api_site-mqtt-server, POST api_site-mqtt-server-test,
        GET api_site-escalation, PUT api_site-escalation, DELETE api_site-escalation, POST api_camera-change-worker
    """,
    Level.SECRETLY: """
        GET api_user-detail, PATCH api_user-detail, POST api_user-link, POST api_user-sign-out,
        POST api_user-remove-second-factor,
        GET api_membership-detail, PATCH api_membership-detail, DELETE api_membership-detail,
        GET api_public_counter-detail, DELETE api_public_counter-detail, GET api_job, GET api_job-cameras,
        POST api_job-cancel, POST api_job-retry, GET api_token-detail, DELETE api_token-detail
    """,
    Level.SOMEWHERE: """
        POST api_discoveries, POST api_discovery_read, POST api_discovery_add, GET api_mqtt-links, GET api_listeners,
        GET api_audit_csv, GET api_audit_jsonl, GET api_audit-list
    """,
    Level.SOMEWHERE_THIS: "GET api_audit-detail",
    Level.PORTAL: """
        POST api_site-list, POST api_group_role-list, GET api_mqtt-server, PUT api_mqtt-server, DELETE api_mqtt-server,
        POST api_mqtt-server-test, POST api_network-test, POST api_networks, DELETE api_network,
        GET api_config-export, POST api_config-plan,
        POST api_config-apply
    """,
    Level.PORTAL_HERE: "DELETE api_site-detail",
    Level.PORTAL_SECRETLY: "GET api_group_role-detail, DELETE api_group_role-detail",
    Level.OPERATOR_BY_BODY: "POST api_shelving-list",
    Level.ADMINISTRATOR_BY_BODY: """
        POST api_camera-list, POST api_combined_area-list, POST api_user-list, POST api_membership-list,
        POST api_public_counter-list, POST api_profile-list, POST api_destination-list
    """,
    Level.ADMINISTRATOR_OF_ALL: "POST api_job-list",
    Level.MEMBER_TO_OTHERS: "POST api_extension-copy, POST api_profile-apply",
}

ABSENT = {  # nobody sees them: there is none in the world of the test, and whoever would be let in meets 404
    "alarm_clip",
    "alarm_clip_scenes",
    "alarm_snapshot",
    "camera_test_alarm",
    "api_alarm-snapshot",
    "api_mqtt-server",
    "api_network",
    "api_network-test",
    "network_remove",
    "api_discovery_add",
    "api_discovery_read",
    "extensions_check",
}

ELSEWHERE = {
    "GET metrics": "a secret of its own: tests/portal/test_metrics.py",
    "GET api_events": "without end: tests/portal/dashboard/test_events.py",
    "GET api_camera-metadata": "without end: tests/portal/dashboard/test_metadata_api.py",
    "POST api_alarm-steps-of-many": "an answer for each alarm: tests/analytics/test_desk_api.py",
    "POST api_destination-switch": "an answer for each destination: tests/notifications/test_switch_api.py",
    "POST api_notification-acts": "an answer for each message: tests/notifications/test_api.py",
    "POST api_camera_bulk": "an answer for each camera: tests/cameras/test_bulk_api.py",
    "POST api_connection_test": "asks a camera: tests/cameras/test_onboarding_api.py",
    "POST api_settings_import": "a table: tests/cameras/test_settings_table_api.py",
    "POST api_camera_import": "a table: tests/cameras/test_onboarding_api.py",
    "POST api_destination-test-new": "sends: tests/notifications/test_api.py",
    "POST api_floor_plan-list": "a file: tests/analytics/test_floor_plan_api.py",
    "GET api_discovery": "of one person: tests/cameras/test_discovery_api.py",
    "DELETE api_discovery": "of one person: tests/cameras/test_discovery_api.py",
    "GET api_network": "a file, not a row: tests/portal/dashboard/test_programs.py",
    "GET camera_scan": "of one person: tests/cameras/test_discovery_api.py",
    "POST camera_scan_stop": "of one person: tests/cameras/test_discovery_api.py",
    "POST camera_scan_read": "of one person: tests/cameras/test_discovery_api.py",
    "POST camera_scan_add": "of one person: tests/cameras/test_discovery_api.py",
    "POST destination_test_new": "of a form: tests/portal/dashboard/test_destinations.py",
    "POST worker_move": "takes a worker: tests/portal/dashboard/test_workers_page.py",
    "POST session_end": "of one person: tests/portal/accounts/test_sessions.py",
    "GET sign_in": "before anybody is known: tests/portal/dashboard/test_doors.py",
    "GET account_login": "the page sign_in under another name",
    "POST sign_out": "ends the session: tests/portal/dashboard/test_doors.py",
    "GET mfa_authenticate": "half signed in: tests/portal/accounts/test_second_factor.py",
    "GET mfa_deactivate_totp": "takes a second factor: tests/portal/accounts/test_second_factor.py",
    "GET mfa_view_recovery_codes": "takes a second factor: tests/portal/accounts/test_second_factor.py",
    "GET openid_connect_login": "takes a server: tests/portal/accounts/test_open_id.py",
    "GET openid_connect_callback": "takes a server: tests/portal/accounts/test_open_id.py",
    "GET socialaccount_login_cancelled": "leads to the sign-in: tests/portal/accounts/test_open_id.py",
}


def listed() -> dict[str, Level]:
    """`GET camera` -> who is let in. Raises ValueError for one that stands twice."""
    found: dict[str, Level] = {}
    for table in (PAGES, API):
        for level, names in table.items():
            for one in filter(None, (" ".join(name.split()) for name in names.split(","))):
                if one in found:
                    raise ValueError(f"{one} stands twice")
                found[one] = level
    return found
