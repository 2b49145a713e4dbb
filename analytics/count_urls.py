"""Where the API of stored counts answers, below /api/v1/."""

from django.urls import path

from analytics.count_api import CountChartView, CountsFileView

urlpatterns = [
    path("counts/", CountChartView.as_view(), name="api_counts"),
    path("counts/minutes.csv", CountsFileView.as_view(), name="api_counts-csv"),
]
