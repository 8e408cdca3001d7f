"""Addresses of data, criteria, versions, checks, exceptions and releases."""

from django.urls import path

from minga.design.urls_trying import urlpatterns as trying
from minga.design.views import agreement, catalogue, charters, checks, criteria, data, releases, versions

app_name = "design"
P = "projects/<slug:slug>/"
urlpatterns = [
    path("charters/", charters.charters, name="charters"),
    path("charters/new/", charters.adopt, name="adopt_charter"),
    path("charters/<int:pk>/", charters.charter, name="charter"),
    path("tools/", catalogue.tools, name="catalogue"),
    path("tools/<str:tool>/", catalogue.tool, name="catalogue_tool"),
    path("tools/<str:tool>/withdraw/", catalogue.withdraw, name="withdraw_tool"),
    path("tools/<str:tool>/restore/<int:pk>/", catalogue.restore, name="restore_tool"),
    path(f"{P}data/", data.datasets, name="datasets"),
    path(f"{P}data/new/", data.import_data, name="import"),
    path(f"{P}data/<int:pk>/", data.dataset, name="dataset"),
    path(f"{P}data/<int:pk>/sheet/", data.datasheet, name="datasheet"),
    path(f"{P}data/<int:pk>/questions/", data.assess, name="assess"),
    path(f"{P}data/<int:pk>/split/", data.split, name="split"),
    path(f"{P}data/<int:pk>/problems.csv", data.problems, name="problems"),
    path(f"{P}criteria/", criteria.criteria, name="criteria"),
    path(f"{P}criteria/new/", criteria.propose, name="propose"),
    path(f"{P}criteria/ballot/", criteria.ballot, name="ballot"),
    path(f"{P}criteria/from/<int:pk>/", agreement.from_statement, name="criterion_from_statement"),
    path(f"{P}criteria/<str:code>/", criteria.criterion, name="criterion"),
    path(f"{P}criteria/<str:code>/retire/", agreement.retire, name="retire"),
    path(f"{P}criteria/<str:code>/commitment/", charters.link, name="link_commitment"),
    path(f"{P}commitments/<int:pk>/unlink/", charters.unlink, name="unlink_commitment"),
    path(f"{P}ballots/<int:pk>/criterion/", agreement.carry_out, name="carry_out"),
    path(f"{P}ballots/<int:pk>/against/", agreement.decline, name="decline_ballot"),
    path(f"{P}criteria/<str:code>/approve/", criteria.approve, name="approve"),
    path(f"{P}versions/", versions.versions, name="versions"),
    path(f"{P}versions/new/", versions.register, name="register"),
    path(f"{P}versions/outside/", versions.register_outside, name="register_outside"),
    path(f"{P}versions/<int:pk>/", versions.version, name="version"),
    path(f"{P}versions/<int:pk>/check/", checks.request, name="request_check"),
    path(f"{P}versions/<int:pk>/release/", releases.create, name="create_release"),
    path(f"{P}versions/<int:pk>/exception/<str:code>/", releases.sign, name="sign"),
    path(f"{P}checks/", checks.checks, name="checks"),
    path(f"{P}checks/<int:pk>/", checks.check, name="check"),
    path(f"{P}checks/<int:pk>.json", checks.document, name="check_json"),
    path(f"{P}checks/<int:pk>.pdf", checks.pdf, name="check_pdf"),
    path(f"{P}exceptions/<int:pk>/", releases.exception, name="exception"),
    path(f"{P}releases/", releases.releases, name="releases"),
    path(f"{P}releases/<int:pk>/", releases.release, name="release"),
    *trying,
]
