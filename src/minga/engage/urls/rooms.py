"""Addresses of invitation codes, and of votes on paper and in a room."""

from django.urls import path

from minga.engage.views import invitations as codes
from minga.engage.views import rooms as views

urlpatterns = [
    path("conversations/<int:pk>/invitations/", codes.invitations, name="invitations"),
    path("conversations/<int:pk>/rooms/", views.rooms, name="rooms"),
    path("conversations/<int:pk>/rooms/sheets.pdf", views.sheets_pdf, name="sheets_pdf"),
    path("conversations/<int:pk>/rooms/tally.pdf", views.tally_pdf, name="tally_pdf"),
    path("conversations/<int:pk>/rooms/sheets/", views.record, {"kind": "sheets"}, name="record_sheets"),
    path("conversations/<int:pk>/rooms/hands/", views.record, {"kind": "hands"}, name="record_hands"),
]
