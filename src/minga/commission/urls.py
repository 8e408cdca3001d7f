"""Addresses of commissioning, all below a project."""

from django.urls import path

from minga.commission.views import partners, problem

app_name = "commission"
urlpatterns = [
    path("projects/<slug:slug>/need/", problem.need, name="need"),
    path("projects/<slug:slug>/need/state/", problem.state, name="state"),
    path("projects/<slug:slug>/priors/", problem.priors, name="priors"),
    path("projects/<slug:slug>/options/", problem.options, name="options"),
    path("projects/<slug:slug>/options/compare/", problem.option, name="option"),
    path("projects/<slug:slug>/without-ai/", problem.without_ai, name="without_ai"),
    path("projects/<slug:slug>/stakeholders/", partners.stakeholders, name="stakeholders"),
    path("projects/<slug:slug>/stakeholders/add/", partners.add, name="stakeholder_add"),
    path("projects/<slug:slug>/stakeholders/<int:pk>/", partners.stakeholder, name="stakeholder"),
    path("projects/<slug:slug>/stakeholders/<int:pk>/assess/", partners.assess, name="assess"),
    path("projects/<slug:slug>/beneficiaries/estimate/", partners.estimate, name="estimate"),
    path("projects/<slug:slug>/partnership/", partners.partnership, name="partnership"),
    path("projects/<slug:slug>/partnership/propose/", partners.propose, name="propose"),
    path("projects/<slug:slug>/partnership/<int:pk>/sign/", partners.sign, name="sign"),
    path("projects/<slug:slug>/partnership/<int:pk>/start/", partners.start, name="start"),
    path("projects/<slug:slug>/coproduction/", partners.coproduction, name="coproduction"),
]
