"""Addresses of results."""

from django.urls import path

from minga.engage.views import embed, exports
from minga.engage.views import results as views

urlpatterns = [
    path("conversations/<int:pk>/results/", views.results, name="results"),
    path("conversations/<int:pk>/results/statements/", views.statements, name="results_statements"),
    path("conversations/<int:pk>/results/votes.zip", exports.votes, name="results_votes"),
    path("conversations/<int:pk>/results/results.json", exports.document, name="results_json"),
    path("conversations/<int:pk>/results/report.pdf", exports.pdf, name="results_pdf"),
    path("conversations/<int:pk>/embed/", embed.embed, name="embed"),
]
