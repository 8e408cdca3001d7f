"""Addresses of reviews, stop rules, the watch, incidents and oversight."""

from django.urls import path

from minga.assess import urls_outcomes
from minga.assess.views import bounds, incidents, oversight, reviews, seals, stoprules, watch, worth

app_name = "assess"
urlpatterns = [
    path("projects/<slug:slug>/reviews/", reviews.reviews, name="reviews"),
    path("projects/<slug:slug>/reviews/open/", reviews.open_one, name="open"),
    path("projects/<slug:slug>/reviews/<int:pk>/", reviews.review, name="review"),
    path("projects/<slug:slug>/reviews/<int:pk>/answer/", reviews.answer, name="answer"),
    path("projects/<slug:slug>/reviews/<int:pk>/close/", reviews.close, name="close"),
    path("projects/<slug:slug>/stop-rules/", stoprules.stop_rules, name="stop_rules"),
    path("projects/<slug:slug>/watch/", watch.watch, name="watch"),
    path("projects/<slug:slug>/watch/measure/", watch.measure, name="measure"),
    path("projects/<slug:slug>/watch/bounds/", bounds.every, name="bounds"),
    path("projects/<slug:slug>/watch/bounds/<slug:metric>/", bounds.one, name="bound"),
    path("projects/<slug:slug>/alerts/", watch.alerts, name="alerts"),
    path("projects/<slug:slug>/alerts/<int:pk>/", watch.alert, name="alert"),
    path("incidents/", incidents.public_list, name="incidents"),
    path("incidents.json", incidents.public_json, name="incidents_json"),
    path("incidents/mine/<str:token>/", incidents.own, name="own_incident"),
    path("incidents/<str:code>/", incidents.incident_page, name="incident"),
    path("incidents/<str:code>/triage/", incidents.triage, name="triage"),
    path("incidents/<str:code>/close/", incidents.close, name="close_incident"),
    path("projects/<slug:slug>/report/", incidents.report, name="report"),
    path("projects/<slug:slug>/oversight/", oversight.desk, name="oversight"),
    path("projects/<slug:slug>/oversight/demand/", oversight.ask, name="ask"),
    path("projects/<slug:slug>/oversight/demands/<int:pk>/", oversight.one, name="demand"),
    path("projects/<slug:slug>/worth/", worth.page, name="worth"),
    path("projects/<slug:slug>/worth/benefit/", worth.benefit, name="state_benefit"),
    path("projects/<slug:slug>/worth/cost/", worth.cost, name="state_cost"),
    path("projects/<slug:slug>/worth/benefits/<int:pk>/", worth.measure, name="measure_benefit"),
    path("projects/<slug:slug>/worth/benefits/<int:pk>/end/", worth.end_one, name="end_benefit"),
    path("projects/<slug:slug>/worth/costs/<int:pk>/end/", worth.end_a_cost, name="end_cost"),
    path("projects/<slug:slug>/worth/data/", worth.data_use, name="state_data_use"),
    path("projects/<slug:slug>/worth/data/<int:pk>/end/", worth.end_a_use, name="end_data_use"),
    path("seal/", seals.rules, name="seals"),
    path("projects/<slug:slug>/seal/", seals.one, name="seal"),
    path("projects/<slug:slug>/seal/end/", seals.end, name="end_seal"),
    *urls_outcomes.urlpatterns,
]
