"""Addresses of labelling."""

from django.urls import path

from marketplace.labelling import campaigns, views

app_name = "labelling"
urlpatterns = [
    path("", views.campaigns, name="list"),
    path("new/", campaigns.create, name="create"),
    path("<int:pk>/", campaigns.campaign, name="campaign"),
    path("<int:pk>/next/", views.next_turn, name="next"),
    path("<int:pk>/export.zip", campaigns.export, name="export"),
    path("<int:pk>/close/", campaigns.close, name="close"),
    path("<int:pk>/reopen/", campaigns.reopen, name="reopen"),
    path("<int:pk>/hand-over/", campaigns.hand_over, name="hand-over"),
    path("turns/<int:pk>/", views.turn, name="turn"),
    path("turns/<int:pk>/grade/", views.grade, name="grade"),
    path("turns/<int:pk>/skip/", views.skip, name="skip"),
    path("turns/<int:pk>/note/", views.note, name="note"),
    path("pairs/<int:pk>/", campaigns.pair, name="pair"),
    path("pairs/<int:pk>/decide/", campaigns.decide, name="decide"),
]
