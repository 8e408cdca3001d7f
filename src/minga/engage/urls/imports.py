"""Addresses of conversations that were held elsewhere."""

from django.urls import path

from minga.engage.views import imports as views

urlpatterns = [
    path("projects/<slug:slug>/conversations/import/", views.import_conversation, name="import_conversation"),
    path("conversations/<int:pk>/imported/", views.imported, name="imported"),
]
