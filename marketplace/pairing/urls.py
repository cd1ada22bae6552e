"""Addresses of matches."""

from django.urls import path

from marketplace.pairing import views

app_name = "pairing"
urlpatterns = [
    path("recommended/", views.recommended_for_us, name="recommended"),
    path("scenarios/<int:pk>/", views.of_scenario, name="of-scenario"),
    path("capabilities/<int:pk>/", views.of_capability, name="of-capability"),
    path("<int:scenario_pk>/with/<int:capability_pk>/", views.pair, name="pair"),
    path("<int:scenario_pk>/with/<int:capability_pk>/advice/", views.advice, name="advice"),
    path("<int:scenario_pk>/with/<int:capability_pk>/advice/ask/", views.ask_advice, name="ask-advice"),
    path("scenarios/<int:scenario_pk>/with/<int:capability_pk>/mark/", views.mark, name="mark"),
    path("scenarios/<int:scenario_pk>/with/<int:capability_pk>/invite/", views.invite, name="invite"),
    path("marks/<int:pk>/remove/", views.unmark, name="unmark"),
]
