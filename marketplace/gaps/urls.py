"""Addresses of gaps."""

from django.urls import path

from marketplace.gaps import views
from marketplace.gaps.atom import WaitingFeed

app_name = "gaps"
urlpatterns = [
    path("", views.listing, name="list"),
    path("atom.xml", WaitingFeed(), name="atom"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/follow/", views.follow, name="follow"),
    path("<int:pk>/unfollow/", views.unfollow, name="unfollow"),
]
