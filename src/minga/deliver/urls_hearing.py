"""Addresses of notices, appeals, other routes and shares of groups."""

from django.urls import path

from minga.deliver.views import appeals, groups, notices, routes

urlpatterns = [
    path("notice/<str:token>/", notices.notice_page, name="notice"),
    path("notice/<str:token>/letter.pdf", notices.notice_pdf, name="notice_pdf"),
    path("notice/<str:token>/appeal/", appeals.contest, name="notice_appeal"),
    path("appeal/<str:token>/", appeals.own, name="own_appeal"),
    path("projects/<slug:slug>/appeals/", appeals.figures, name="appeals"),
    path("projects/<slug:slug>/appeals/<int:pk>/", appeals.decide, name="appeal"),
    path("projects/<slug:slug>/desk/letters/", notices.queue, name="letters"),
    path("projects/<slug:slug>/desk/letters/<int:pk>.pdf", notices.staff_pdf, name="staff_pdf"),
    path("projects/<slug:slug>/desk/<int:number>/appeal/", appeals.enter, name="appeal_enter"),
    path("projects/<slug:slug>/services/<slug:service>/routes/", routes.routes, name="routes"),
    path("projects/<slug:slug>/who/", groups.who, name="who"),
    path("projects/<slug:slug>/who/import/", groups.import_table, name="who_import"),
    path("projects/<slug:slug>/who/<int:pk>/", groups.table, name="who_table"),
]
