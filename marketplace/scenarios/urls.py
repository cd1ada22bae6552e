"""Addresses of opportunities."""

from django.urls import path

from marketplace.scenarios import views

app_name = "scenarios"
urlpatterns = [
    path("", views.listing, name="list"),
    path("mine/", views.mine, name="mine"),
    path("new/", views.create, name="create"),
    path("new/read/", views.read, name="read"),
    path("queue/", views.queue, name="queue"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/terms/", views.terms, name="terms"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/return/", views.move, {"verb": "return"}, name="return"),
    path("<int:pk>/withdraw/", views.move, {"verb": "withdraw"}, name="withdraw"),
    path("<int:pk>/hold/", views.move, {"verb": "hold"}, name="hold"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/files/<int:attachment_pk>/", views.attachment, name="attachment"),
    path("<int:pk>/files/<int:attachment_pk>/remove/", views.remove_attachment, name="remove-attachment"),
]
