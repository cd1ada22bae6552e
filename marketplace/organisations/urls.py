"""Addresses of organisations."""

from django.urls import path

from marketplace.organisations import views

app_name = "organisations"
urlpatterns = [
    path("register/", views.choose, name="choose"),
    path("register/department/", views.register, {"side": "department"}, name="register-department"),
    path("register/supplier/", views.register, {"side": "supplier"}, name="register-supplier"),
    path("queue/", views.queue, name="queue"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/reject/", views.reject, name="reject"),
    path("<int:pk>/members/", views.add_member, name="add-member"),
    path("<int:pk>/members/<int:membership_pk>/remove/", views.remove_member, name="remove-member"),
]
