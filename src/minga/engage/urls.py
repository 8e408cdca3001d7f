"""Addresses of contributions, decisions and ballots."""

from django.urls import path

from minga.engage import ballot_views, views

app_name = "engage"
urlpatterns = [
    path("answers/<str:token>/", views.answer, name="answer"),
    path("projects/<slug:slug>/contributions/", views.contributions, name="contributions"),
    path("projects/<slug:slug>/contributions/new/", views.contribute, name="contribute"),
    path("projects/<slug:slug>/contributions/inbox/", views.inbox, name="inbox"),
    path("projects/<slug:slug>/contributions/<int:pk>/", views.contribution, name="contribution"),
    path("projects/<slug:slug>/contributions/<int:pk>/decide/", views.decide, name="decide"),
    path("projects/<slug:slug>/contributions/<int:pk>/moderate/", views.moderate, name="moderate"),
    path("projects/<slug:slug>/moderation/", views.moderation, name="moderation"),
    path("projects/<slug:slug>/decisions/", views.decisions, name="decisions"),
    path("projects/<slug:slug>/ballots/", ballot_views.ballots, name="ballots"),
    path("projects/<slug:slug>/ballots/new/", ballot_views.open_ballot, name="open_ballot"),
    path("projects/<slug:slug>/ballots/<int:pk>/", ballot_views.ballot, name="ballot"),
    path("projects/<slug:slug>/ballots/<int:pk>/vote/", ballot_views.cast, name="cast"),
    path("projects/<slug:slug>/ballots/<int:pk>/close/", ballot_views.close, name="close"),
]
