"""Addresses of learning."""

from django.urls import path

from marketplace.learning import views

app_name = "learning"
urlpatterns = [
    path("", views.versions, name="versions"),
    path("run/", views.run, name="run"),
    path("pairs/", views.pairs, name="pairs"),
    path("train/", views.train, name="train"),
    path("file/install/", views.install_file, name="install-file"),
    path("<int:pk>/install/", views.install, name="install"),
]
