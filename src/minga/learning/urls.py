"""Addresses of courses, experts, champions and events."""

from django.urls import URLPattern

app_name = "learning"
urlpatterns: list[URLPattern] = []
