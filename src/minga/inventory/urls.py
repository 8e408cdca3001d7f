"""Addresses of the inventory."""

from django.urls import path

from minga.inventory import views

app_name = "inventory"
urlpatterns = [
    path("inventory/", views.search, name="search"),
    path("inventory/import/", views.upload, name="import"),
    path("inventory/compare/", views.compare, name="compare"),
    path("inventory/body/", views.body, name="body"),
    path("inventory/systems/<int:pk>/", views.system, name="system"),
    path("inventory/systems/<int:pk>/as/<slug:key>/", views.export, name="export"),
    path("inventory/<slug:key>/", views.source, name="source"),
]
