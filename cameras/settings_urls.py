"""Where the API of settings answers, below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

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
    path("copy/", views.CopyView.as_view(), name="api_extension-copy"),
    path("versions/", views.VersionListView.as_view(), name="api_version-list"),
    path("versions/<int:number>/", include(_VERSION)),
]
urlpatterns = [
    path("cameras/<int:camera_id>/extensions/<extension:kind>/", include(_EXTENSION)),
    path("profiles/", views.ProfileListView.as_view(), name="api_profile-list"),
    path("profiles/<int:profile_id>/", views.ProfileView.as_view(), name="api_profile"),
    path("profiles/<int:profile_id>/apply/", views.ProfileApplyView.as_view(), name="api_profile-apply"),
]
