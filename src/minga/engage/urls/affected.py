"""Addresses of who is affected, who took part, and the balance of power."""

from django.urls import path

from minga.engage.views import affected as views

urlpatterns = [
    path("projects/<slug:slug>/affected/", views.affected, name="affected"),
    path("projects/<slug:slug>/affected/give/", views.give, name="give_reference"),
    path("projects/<slug:slug>/power/", views.power, name="power"),
]
