"""Addresses of the home page and of each role's own."""

from django.urls import path

from marketplace.reports import exposure_views, views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.work, name="work"),
    path("figures/", views.definitions, name="definitions"),
    path("figures/exposure/", exposure_views.exposure, name="exposure"),
    path("figures/exposure/suppliers/", exposure_views.suppliers, name="exposure-suppliers"),
    path("figures/cities.json", views.cities, name="cities"),
]
