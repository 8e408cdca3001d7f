"""Addresses of how it went, and of the observatory."""

from django.urls import path

from minga.assess.views import experience, observatory

urlpatterns = [
    path("notice/<str:token>/experience/", experience.through_notice, name="experience"),
    path("projects/<slug:slug>/experience/", experience.page, name="experiences"),
    path("projects/<slug:slug>/experience/give/", experience.at_work, name="experience_at_work"),
    path("observatory/", observatory.page, name="observatory"),
    path("observatory/codebook/", observatory.codebook_page, name="codebook"),
    path("observatory.csv", observatory.as_csv, name="observatory_csv"),
    path("observatory.json", observatory.as_json, name="observatory_json"),
]
