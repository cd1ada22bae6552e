"""Addresses of events."""

from django.urls import path

from marketplace.events import views

app_name = "events"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/enrol/", views.enrol, name="enrol"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/plan/", views.plan, name="plan"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/arrange/", views.arrange, name="arrange"),
    path("participants/<int:pk>/", views.terms, name="terms"),
    path("participants/<int:pk>/leave-out/", views.leave_out, name="leave-out"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/fix/", views.fix, name="fix"),
    path("meetings/<int:pk>/forbid/", views.forbid, name="forbid"),
    path("exclusions/<int:pk>/allow/", views.allow, name="allow"),
]
