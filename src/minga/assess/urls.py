"""Addresses of reviews and stop rules."""

from django.urls import path

from minga.assess import views

app_name = "assess"
urlpatterns = [
    path("projects/<slug:slug>/reviews/", views.reviews, name="reviews"),
    path("projects/<slug:slug>/reviews/open/", views.open_one, name="open"),
    path("projects/<slug:slug>/reviews/<int:pk>/", views.review, name="review"),
    path("projects/<slug:slug>/reviews/<int:pk>/answer/", views.answer, name="answer"),
    path("projects/<slug:slug>/reviews/<int:pk>/close/", views.close, name="close"),
    path("projects/<slug:slug>/stop-rules/", views.stop_rules, name="stop_rules"),
]
