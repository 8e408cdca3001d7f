"""Addresses of the public record and of the ledger. They are cited, so they stay."""

from django.urls import path

from minga.register import views
from minga.register.views import exports, ledger, lists, news, packs, questions

app_name = "register"
urlpatterns = [
    path("projects/<slug:slug>/record/", views.record, name="record"),
    path("projects/<slug:slug>/record.json", views.record_json, name="json"),
    path("projects/<slug:slug>/record/versions/", views.versions, name="versions"),
    path("projects/<slug:slug>/record/versions/<int:number>/", views.version, name="version"),
    path("projects/<slug:slug>/record/versions/<int:number>.json", views.version_json, name="version_json"),
    path("projects/<slug:slug>/record/export/<slug:standard>/", exports.export_page, name="export"),
    path("projects/<slug:slug>/record/export/<slug:standard>.json", exports.export_json, name="export_json"),
    path("projects/<slug:slug>/record/export/<slug:standard>.md", exports.export_markdown, name="export_markdown"),
    path("projects/<slug:slug>/record/export/<slug:standard>.html", exports.export_html, name="export_html"),
    path("projects/<slug:slug>/record/export/<slug:standard>/file/", exports.export_file, name="export_file"),
    path("projects/<slug:slug>/record/fields/<slug:field>/", lists.field_page, name="field"),
    path("projects/<slug:slug>/record/ask/", questions.ask_page, name="ask"),
    path("projects/<slug:slug>/record/questions/", questions.questions, name="questions"),
    path("projects/<slug:slug>/record/questions/moderation/", questions.moderation, name="question_moderation"),
    path("projects/<slug:slug>/record/questions/<int:pk>/", questions.answer, name="question_answer"),
    path("projects/<slug:slug>/record/feed/", news.RecordFeed(), name="feed"),
    path("projects/<slug:slug>/record/follow/", news.follow_page, name="follow"),
    path("records/", lists.records, name="records"),
    path("records.json", lists.records_json, name="records_json"),
    path("records.csv", lists.records_csv, name="records_csv"),
    path("records/feed/", news.RecordsFeed(), name="records_feed"),
    path("records/follow/", news.follow_page, name="follow_all"),
    path("records/news/<str:token>/", news.subscription, name="subscription"),
    path("records/questions/<str:token>/", questions.private, name="question_private"),
    path("projects/<slug:slug>/record/texts/", views.texts, name="texts"),
    path("projects/<slug:slug>/record/texts/<slug:field>/", views.describe_field, name="describe"),
    path("projects/<slug:slug>/record/publish/", views.publish_now, name="publish"),
    path("projects/<slug:slug>/oversight/pack/", packs.packs, name="packs"),
    path("projects/<slug:slug>/ledger/", ledger.page, name="ledger_page"),
    path("ledger/", ledger.start, name="ledger_start"),
    path("ledger/<slug:slug>.jsonl", ledger.download, name="ledger"),
]
