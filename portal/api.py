"""/api/v1: which view answers where (API-1)."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from analytics.api import AlarmViewSet, AreaView, CameraViewSet, SceneEventViewSet
from analytics.combined_api import CombinedAreaViewSet
from analytics.counter_api import PublicCounterViewSet
from analytics.desk_api import ShelvingViewSet
from analytics.floor_plan_api import FloorPlanViewSet
from analytics.sound_api import AlarmSoundView
from cameras.membership_api import GroupRoleViewSet, MembershipViewSet
from cameras.people_api import PersonViewSet
from cameras.site_api import SiteViewSet


class DocsView(LoginRequiredMixin, SpectacularSwaggerSplitView):
    """The document to read and try, for people: without inline scripts and styles (SEC-3)."""

    template_name = "api/docs.html"
    url_name = "api_schema"


router = SimpleRouter(use_regex_path=False)
router.register("cameras", CameraViewSet, basename="api_camera")
router.register("alarms", AlarmViewSet, basename="api_alarm")
router.register("sites", SiteViewSet, basename="api_site")
router.register("combined-areas", CombinedAreaViewSet, basename="api_combined_area")
router.register("users", PersonViewSet, basename="api_user")
router.register("memberships", MembershipViewSet, basename="api_membership")
router.register("group-roles", GroupRoleViewSet, basename="api_group_role")
router.register("public-counters", PublicCounterViewSet, basename="api_public_counter")
router.register("floor-plans", FloorPlanViewSet, basename="api_floor_plan")
router.register("shelvings", ShelvingViewSet, basename="api_shelving")
router.register("scene-advice", SceneEventViewSet, basename="api_scene_advice")

urlpatterns = [
    path("", include(router.urls)),
    path("", include("cameras.settings_urls")),
    path("", include("cameras.onboarding_urls")),
    path("", include("analytics.job_urls")),
    path("", include("analytics.compliance_urls")),
    path("", include("analytics.count_urls")),
    path("", include("analytics.noise_urls")),
    path("", include("notifications.urls")),
    path("", include("analytics.snapshot_urls")),
    path("areas/", AreaView.as_view(), name="api_area-list"),
    path("alarm-sound/", AlarmSoundView.as_view(), name="api_alarm-sound"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", DocsView.as_view(), name="api_docs"),
]
