"""Where the API of jobs answers, below /api/v1/."""

from django.urls import path

from analytics import job_api as views

urlpatterns = [
    path("jobs/", views.JobListView.as_view(), name="api_job-list"),
    path("jobs/<uuid:job_id>/", views.JobView.as_view(), name="api_job"),
    path("jobs/<uuid:job_id>/cameras/", views.JobItemListView.as_view(), name="api_job-cameras"),
    path("jobs/<uuid:job_id>/cancel/", views.JobCancelView.as_view(), name="api_job-cancel"),
    path("jobs/<uuid:job_id>/retry/", views.JobRetryView.as_view(), name="api_job-retry"),
]
