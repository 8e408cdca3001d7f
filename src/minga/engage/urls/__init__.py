"""Addresses of this room, by subject."""

from minga.engage.urls import (
    affected,
    answers,
    ballots,
    contributions,
    conversations,
    imports,
    moderation,
    panels,
    results,
    rooms,
    sessions,
)

app_name = "engage"
urlpatterns = [
    *contributions.urlpatterns,
    *ballots.urlpatterns,
    *conversations.urlpatterns,
    *imports.urlpatterns,
    *moderation.urlpatterns,
    *rooms.urlpatterns,
    *results.urlpatterns,
    *sessions.urlpatterns,
    *panels.urlpatterns,
    *affected.urlpatterns,
    *answers.urlpatterns,
]
