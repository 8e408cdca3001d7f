"""Addresses of the pages that compose rooms."""

from django.templatetags.static import static
from django.urls import path
from django.views.generic import RedirectView

from minga.portal import feeds, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("mine/", views.mine, name="mine"),
    path("projects/", views.projects, name="projects"),
    path("projects/<slug:slug>/", views.project, name="project"),
    path("projects/<slug:slug>/feed.atom", feeds.ProjectFeed(), name="feed"),
    path("conversations/<int:pk>/feed.atom", feeds.ConversationFeed(), name="conversation_feed"),
    path("threads/<slug:kind>/<str:identifier>/", views.thread_page, name="thread"),
    path("favicon.ico", RedirectView.as_view(url=static("web/favicon.svg"))),
    path("search/", views.search, name="search"),
    path("accessibility/", views.plain, {"page": "accessibility"}, name="accessibility"),
    path("privacy/", views.plain, {"page": "privacy"}, name="privacy"),
    path("other-ways/", views.plain, {"page": "other_ways"}, name="other_ways"),
]
