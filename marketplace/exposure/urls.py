"""Addresses of exposure."""

from django.urls import path

from marketplace.exposure import views

app_name = "exposure"
urlpatterns = [
    path("seen/", views.seen, name="seen"),
    path("policies/try/", views.try_policy, name="try"),
    path("policies/<int:pk>/adopt/", views.adopt, name="adopt"),
    path("policies/<int:pk>/end/", views.end, name="end"),
]
