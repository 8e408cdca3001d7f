"""Addresses of ballots."""

from django.urls import path

from minga.engage.views import ballots as views

urlpatterns = [
    path("projects/<slug:slug>/ballots/", views.ballots, name="ballots"),
    path("projects/<slug:slug>/ballots/new/", views.open_ballot, name="open_ballot"),
    path("projects/<slug:slug>/ballots/<int:pk>/", views.ballot, name="ballot"),
    path("projects/<slug:slug>/ballots/<int:pk>/vote/", views.cast, name="cast"),
    path("projects/<slug:slug>/ballots/<int:pk>/close/", views.close, name="close"),
]
