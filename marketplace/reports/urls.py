"""Addresses of the home page and of each role's own."""

from django.urls import path

from marketplace.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.work, name="work"),
    path("figures/", views.definitions, name="definitions"),
    path("figures/cities.json", views.cities, name="cities"),
]
