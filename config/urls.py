"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView

from config.api import router
from marketplace.web.views import healthz

urlpatterns = [
    path("", include("marketplace.reports.urls")),
    path("account/", include("allauth.urls")),
    path("profile/", include("marketplace.accounts.urls")),
    path("organisations/", include("marketplace.organisations.urls")),
    path("scenarios/", include("marketplace.scenarios.urls")),
    path("capabilities/", include("marketplace.capabilities.urls")),
    path("matches/", include("marketplace.pairing.urls")),
    path("gaps/", include("marketplace.gaps.urls")),
    path("exposure/", include("marketplace.exposure.urls")),
    path("events/", include("marketplace.events.urls")),
    path("labelling/", include("marketplace.labelling.urls")),
    path("learning/", include("marketplace.learning.urls")),
    path("applications/", include("marketplace.applications.urls")),
    path("cases/", include("marketplace.cases.urls")),
    path("notifications/", include("marketplace.notifications.urls")),
    path("language/", set_language, name="set_language"),
    path("staff/", admin.site.urls),
    path("api/v1/", include(router.urls)),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("healthz", healthz, name="healthz"),
    path("metrics/", include("django_prometheus.urls")),
]
