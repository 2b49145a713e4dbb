"""Where the API of settings answers, below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from cameras import area_api, profile_api, schedule_api
from cameras import settings_api as views
from cameras.converters import ExtensionConverter

register_converter(ExtensionConverter, "extension")

_VERSION: list[URLPattern | URLResolver] = [
    path("", views.VersionView.as_view(), name="api_version"),
    path("compare/", views.CompareView.as_view(), name="api_version-compare"),
    path("restore/", views.RestoreView.as_view(), name="api_version-restore"),
]
_EXTENSION: list[URLPattern | URLResolver] = [
    path("", views.ExtensionView.as_view(), name="api_extension"),
    path("describe/", views.DescribeView.as_view(), name="api_extension-describe"),
    path("reset/", views.ResetView.as_view(), name="api_extension-reset"),
    path("copy/", profile_api.CopyView.as_view(), name="api_extension-copy"),
    path("ignore-zones/", area_api.IgnoreZonesView.as_view(), name="api_extension-ignore-zones"),
    path("schedule/", area_api.ScheduleView.as_view(), name="api_extension-schedule"),
    path("versions/", views.VersionListView.as_view(), name="api_version-list"),
    path("versions/<int:number>/", include(_VERSION)),
]
# Only occupancy detection has areas by number.
_AREAS: list[URLPattern | URLResolver] = [
    path("", area_api.AreaListView.as_view(), {"kind": "occupancy"}, name="api_area-settings-list"),
    path("<int:number>/", area_api.AreaView.as_view(), {"kind": "occupancy"}, name="api_area-settings"),
]
urlpatterns = [
    path("cameras/<int:camera_id>/extensions/occupancy/areas/", include(_AREAS)),
    path("cameras/<int:camera_id>/privacy-zones/", area_api.PrivacyZonesView.as_view(), name="api_privacy-zones"),
    path("cameras/<int:camera_id>/schedule/preview/", schedule_api.PreviewView.as_view(), name="api_schedule-preview"),
    path("cameras/<int:camera_id>/extensions/<extension:kind>/", include(_EXTENSION)),
    path("profiles/", profile_api.ProfileListView.as_view(), name="api_profile-list"),
    path("profiles/<int:profile_id>/", profile_api.ProfileView.as_view(), name="api_profile"),
    path("profiles/<int:profile_id>/apply/", profile_api.ProfileApplyView.as_view(), name="api_profile-apply"),
]
