"""Addresses of the body as a whole."""

from django.urls import URLPattern

app_name = "steering"
urlpatterns: list[URLPattern] = []
