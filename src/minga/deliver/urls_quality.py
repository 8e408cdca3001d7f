"""Addresses of second readings, practice, quality, duties and drills."""

from django.urls import path

from minga.deliver.views import duties, practice, quality, second

urlpatterns = [
    path("projects/<slug:slug>/quality/", quality.quality_page, name="quality"),
    path("projects/<slug:slug>/duties/", duties.duties_page, name="duties"),
    path("projects/<slug:slug>/duties/risk/", duties.risk, name="risk"),
    path("projects/<slug:slug>/stages/<int:pk>/drill/", duties.try_stop, name="drill"),
    path("projects/<slug:slug>/second/", second.second_list, name="second"),
    path("projects/<slug:slug>/second/<int:pk>/", second.second_read, name="second_read"),
    path("projects/<slug:slug>/practice/", practice.practice_list, name="practice"),
    path("projects/<slug:slug>/practice/new/", practice.practice_new, name="practice_new"),
]
