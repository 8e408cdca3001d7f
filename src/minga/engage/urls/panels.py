"""Addresses of panels drawn by lot."""

from django.urls import path

from minga.engage.views import panels as views

urlpatterns = [
    path("panels/private/<str:token>/", views.panellist, name="panellist"),
    path("panels/private/<str:token>/leave/", views.leave, name="leave_pool"),
    path("panels/private/<str:token>/pool.csv", views.private_pool, name="private_pool"),
    path("projects/<slug:slug>/panels/", views.panels, name="panels"),
    path("projects/<slug:slug>/panels/new/", views.announce, name="announce_panel"),
    path("projects/<slug:slug>/panels/<int:pk>/", views.panel, name="panel"),
    path("projects/<slug:slug>/panels/<int:pk>/join/", views.join, name="join_pool"),
    path("projects/<slug:slug>/panels/<int:pk>/import/", views.import_pool, name="import_pool"),
    path("projects/<slug:slug>/panels/<int:pk>/close/", views.close, name="close_pool"),
    path("projects/<slug:slug>/panels/<int:pk>/draw/", views.draw, name="draw_panel"),
    path("projects/<slug:slug>/panels/<int:pk>/pool.csv", views.pool_csv, name="pool_csv"),
    path("projects/<slug:slug>/panels/<int:pk>/quotas.csv", views.quotas_csv, name="quotas_csv"),
    path("projects/<slug:slug>/panels/<int:pk>/members/", views.members, name="panel_members"),
    path("projects/<slug:slug>/panels/<int:pk>/members/<int:number>/", views.answer_for, name="answer_for"),
    path("projects/<slug:slug>/panels/<int:pk>/replace/", views.replace, name="replace_missing"),
    path("projects/<slug:slug>/panels/<int:pk>/meet/", views.meet, name="panel_meet"),
    path("projects/<slug:slug>/panels/<int:pk>/recommend/", views.recommend, name="panel_recommend"),
]
