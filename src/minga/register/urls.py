"""Addresses of the public record and of the ledger. They are cited, so they stay."""

from django.urls import path

from minga.register import views
from minga.register.views import ledger, packs

app_name = "register"
urlpatterns = [
    path("projects/<slug:slug>/record/", views.record, name="record"),
    path("projects/<slug:slug>/record.json", views.record_json, name="json"),
    path("projects/<slug:slug>/record/versions/", views.versions, name="versions"),
    path("projects/<slug:slug>/record/versions/<int:number>/", views.version, name="version"),
    path("projects/<slug:slug>/record/versions/<int:number>.json", views.version_json, name="version_json"),
    path("projects/<slug:slug>/record/export/<slug:standard>/", views.export_page, name="export"),
    path("projects/<slug:slug>/record/export/<slug:standard>.json", views.export_json, name="export_json"),
    path("projects/<slug:slug>/record/texts/", views.texts, name="texts"),
    path("projects/<slug:slug>/record/texts/<slug:field>/", views.describe_field, name="describe"),
    path("projects/<slug:slug>/record/publish/", views.publish_now, name="publish"),
    path("projects/<slug:slug>/oversight/pack/", packs.packs, name="packs"),
    path("projects/<slug:slug>/ledger/", ledger.page, name="ledger_page"),
    path("ledger/", ledger.start, name="ledger_start"),
    path("ledger/<slug:slug>.jsonl", ledger.download, name="ledger"),
]
