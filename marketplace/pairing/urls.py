"""Addresses of matches."""

from django.urls import path

from marketplace.pairing import similar_views, views

app_name = "pairing"
urlpatterns = [
    path("recommended/", views.recommended_for_us, name="recommended"),
    path("scenarios/<int:pk>/", views.of_scenario, name="of-scenario"),
    path("scenarios/<int:pk>/bundles/", views.bundles, name="bundles"),
    path("capabilities/<int:pk>/", views.of_capability, name="of-capability"),
    path("<int:scenario_pk>/with/<int:capability_pk>/", views.pair, name="pair"),
    path("<int:scenario_pk>/with/<int:capability_pk>/advice/", views.advice, name="advice"),
    path("<int:scenario_pk>/with/<int:capability_pk>/advice/ask/", views.ask_advice, name="ask-advice"),
    path("scenarios/<int:scenario_pk>/with/<int:capability_pk>/mark/", views.mark, name="mark"),
    path("scenarios/<int:scenario_pk>/with/<int:capability_pk>/invite/", views.invite, name="invite"),
    path("similar/scenarios/", similar_views.typed, {"side": "scenario"}, name="similar-scenarios"),
    path("similar/capabilities/", similar_views.typed, {"side": "capability"}, name="similar-capabilities"),
    path("similar/by-meaning/<slug:token>/", similar_views.by_meaning, name="similar-by-meaning"),
    path("similar/scenarios/<int:pk>/", similar_views.to_scenario, name="similar-to-scenario"),
    path("similar/capabilities/<int:pk>/", similar_views.to_capability, name="similar-to-capability"),
    path("marks/<int:pk>/remove/", views.unmark, name="unmark"),
]
