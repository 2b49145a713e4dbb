"""The pages' addresses."""

from django.urls import path

from portal.dashboard import views

urlpatterns = [path("", views.overview, name="overview"), path("sign-in/", views.overview, name="sign_in")]
