"""Addresses of contributions and decisions."""

from django.urls import path

from minga.engage.views import contributions as views

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
]
