"""Addresses of a project's own pages; its front page belongs to the portal."""

from django.urls import path

from minga.projects import views
from minga.projects.board import urls as board
from minga.projects.questions import urls as questions
from minga.projects.required import urls as required

app_name = "projects"
urlpatterns = [
    *board.urlpatterns,
    *questions.urlpatterns,
    *required.urlpatterns,
    path("projects/new/", views.open_project, name="open"),
    path("projects/<slug:slug>/people/", views.people, name="people"),
    path("projects/<slug:slug>/people/grant/", views.grant, name="grant"),
    path("projects/<slug:slug>/people/appoint/", views.appoint, name="appoint"),
    path("projects/<slug:slug>/people/<int:pk>/end/", views.end, name="end"),
    path("projects/<slug:slug>/rules/", views.rules, name="rules"),
    path("projects/<slug:slug>/absences/", views.absences, name="absences"),
    path("projects/<slug:slug>/steps/<int:number>/", views.step, name="step"),
    path("projects/<slug:slug>/steps/<int:number>/position/", views.position, name="position"),
    path("projects/<slug:slug>/steps/<int:number>/decide/", views.decide, name="decide"),
]
