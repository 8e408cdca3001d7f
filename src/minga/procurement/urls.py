"""Addresses of what is bought and on what terms."""

from django.urls import URLPattern

app_name = "procurement"
urlpatterns: list[URLPattern] = []
