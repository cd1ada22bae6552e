"""Addresses of cases."""

from django.urls import path

from marketplace.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.listing, name="list"),
    path("accept/<int:application_pk>/", views.accept, name="accept"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/steps/<slug:name>/", views.step, name="step"),
]
