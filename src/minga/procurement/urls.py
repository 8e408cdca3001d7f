"""Addresses of what is bought and on what terms."""

from django.urls import path

from minga.procurement.views import contracts, offers, procedures, suppliers

app_name = "procurement"
urlpatterns = [
    path("procurement/", procedures.home, name="home"),
    path("procurement/new/", procedures.new, name="new"),
    path("projects/<slug:slug>/procurement/", procedures.of_project, name="of_project"),
    path("projects/<slug:slug>/procurement/new/", procedures.new, name="new_in_project"),
    path("procurement/<int:pk>/", procedures.procedure, name="procedure"),
    path("procurement/<int:pk>/criteria/", procedures.criteria, name="criteria"),
    path("procurement/<int:pk>/assessors/", procedures.assessors, name="assessors"),
    path("procurement/<int:pk>/assessors/<int:seat>/excuse/", procedures.excuse, name="excuse"),
    path("procurement/<int:pk>/end/", procedures.end, name="end"),
    path("procurement/<int:pk>/move/", procedures.move, name="move"),
    path("procurement/<int:pk>/watch/", procedures.watch, name="watch"),
    path("procurement/<int:pk>/offer/", offers.hand_in, name="hand_in"),
    path("procurement/<int:pk>/judge/", offers.judge, name="judge"),
    path("procurement/<int:pk>/judge/<int:offer>/", offers.judge_one, name="judge_one"),
    path("procurement/<int:pk>/compare/", offers.compare, name="compare"),
    path("procurement/<int:pk>/offers/<int:offer>/decide/", offers.decide, name="decide"),
    path("procurement/<int:pk>/offers/<int:offer>/tool/", offers.link, name="link"),
    path("procurement/<int:pk>/offers/<int:offer>/money/", contracts.funding, name="funding"),
    path("procurement/money/<int:pk>/pay/", contracts.pay, name="pay"),
    path("procurement/<int:pk>/annex/", contracts.build, name="build"),
    path("procurement/<int:pk>/annex/clauses/<slug:clause>/", contracts.clause, name="clause"),
    path("procurement/<int:pk>/annex/<int:number>/", contracts.annex, name="annex"),
    path("procurement/<int:pk>/annex/<int:number>.<slug:form>", contracts.download, name="download"),
    path("offers/<slug:token>/", offers.own_offer, name="own_offer"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers/apply/", suppliers.apply, name="apply"),
    path("suppliers/own/<slug:token>/", suppliers.own_supplier, name="own_supplier"),
    path("suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("suppliers/<int:pk>/decide/", suppliers.decide, name="decide_supplier"),
    path("suppliers/<int:pk>/evidence/<int:evidence>/", suppliers.check, name="check_evidence"),
]
