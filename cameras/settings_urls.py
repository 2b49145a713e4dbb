"""Where the API of settings answers, below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from cameras import settings_api as views

_VERSION: list[URLPattern | URLResolver] = [
    path("", views.VersionView.as_view(), name="api_version"),
    path("compare/", views.CompareView.as_view(), name="api_version-compare"),
    path("restore/", views.RestoreView.as_view(), name="api_version-restore"),
]
_OCCUPANCY: list[URLPattern | URLResolver] = [
    path("", views.ExtensionView.as_view(), name="api_occupancy"),
    path("describe/", views.DescribeView.as_view(), name="api_occupancy-describe"),
    path("reset/", views.ResetView.as_view(), name="api_occupancy-reset"),
    path("copy/", views.CopyView.as_view(), name="api_occupancy-copy"),
    path("versions/", views.VersionListView.as_view(), name="api_version-list"),
    path("versions/<int:number>/", include(_VERSION)),
]
urlpatterns = [
    path("cameras/<int:camera_id>/extensions/occupancy/", include(_OCCUPANCY)),
    path("profiles/", views.ProfileListView.as_view(), name="api_profile-list"),
    path("profiles/<int:profile_id>/", views.ProfileView.as_view(), name="api_profile"),
    path("profiles/<int:profile_id>/apply/", views.ProfileApplyView.as_view(), name="api_profile-apply"),
]
