"""Addresses of public-dialogue sessions."""

from django.urls import path

from minga.engage.views import sessions as views

urlpatterns = [
    path("dialogues/", views.dialogues, name="dialogues"),
    path("projects/<slug:slug>/sessions/", views.sessions, name="sessions"),
    path("projects/<slug:slug>/sessions/new/", views.plan, name="plan_session"),
    path("projects/<slug:slug>/sessions/<int:pk>/", views.session, name="session"),
    path("projects/<slug:slug>/sessions/<int:pk>/agenda/", views.agenda, name="session_agenda"),
    path("projects/<slug:slug>/sessions/<int:pk>/invite/", views.invite, name="invite_to_session"),
    path("projects/<slug:slug>/sessions/<int:pk>/hold/", views.hold, name="hold_session"),
    path("projects/<slug:slug>/sessions/<int:pk>/record/", views.record, name="record_session"),
    path("projects/<slug:slug>/sessions/<int:pk>/report/", views.report, name="report_session"),
    path("projects/<slug:slug>/sessions/<int:pk>/report.pdf", views.report_pdf, name="session_pdf"),
]
