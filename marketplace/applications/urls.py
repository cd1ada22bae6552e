"""Addresses of applications."""

from django.urls import path

from marketplace.applications import views

app_name = "applications"
urlpatterns = [
    path("", views.mine, name="list"),
    path("for/<int:scenario_pk>/", views.apply, name="apply"),
    path("for/<int:scenario_pk>/all/", views.applicants, name="applicants"),
    path("for/<int:scenario_pk>/choose/", views.choose, name="choose"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("objections/<int:pk>/answer/", views.answer_objection, name="answer-objection"),
    path("<int:pk>/give-up/", views.give_up, name="give-up"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/save/", views.autosave, name="autosave"),
    path("<int:pk>/coauthors/", views.add_coauthor, name="add-coauthor"),
    path("<int:pk>/coauthors/<int:person_pk>/remove/", views.remove_coauthor, name="remove-coauthor"),
    path("<int:pk>/partners/", views.invite_partner, name="invite-partner"),
    path("<int:pk>/partners/<int:partner_pk>/answer/", views.answer_partner, name="answer-partner"),
    path("<int:pk>/partners/<int:partner_pk>/remove/", views.remove_partner, name="remove-partner"),
    path("<int:pk>/receipts/<int:number>/", views.receipt, name="receipt"),
    path("<int:pk>/receipts/<int:number>/content.json", views.receipt_content, name="receipt-content"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/decline/", views.decline, name="decline"),
    path("<int:pk>/files/<int:attachment_pk>/", views.attachment, name="attachment"),
    path("<int:pk>/files/<int:attachment_pk>/drop/", views.drop_attachment, name="drop-attachment"),
]
