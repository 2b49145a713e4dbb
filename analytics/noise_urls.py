"""Where the API of the noise report answers, below /api/v1/."""

from django.urls import path

from analytics.noise_api import NoiseProposalView, NoiseView

urlpatterns = [
    path("noise/", NoiseView.as_view(), name="api_noise"),
    path(
        "cameras/<int:camera_id>/areas/<int:number>/proposal/", NoiseProposalView.as_view(), name="api_noise-proposal"
    ),
]
