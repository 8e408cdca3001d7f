"""Addresses of the courses that gates ask for."""

from django.urls import path

from minga.projects.required import views

urlpatterns = [
    path("gates/courses/", views.of_body, name="body_courses"),
    path("gates/courses/<int:pk>/end/", views.end_of_body, name="end_body_course"),
    path("projects/<slug:slug>/courses/", views.of_project, name="courses"),
    path("projects/<slug:slug>/courses/<int:pk>/end/", views.end_of_project, name="end_course"),
]
