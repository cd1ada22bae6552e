"""Addresses of people."""

from django.urls import path

from marketplace.accounts import views

app_name = "accounts"
urlpatterns = [path("", views.profile, name="profile")]
