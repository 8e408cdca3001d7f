"""Addresses of moderation in conversations."""

from django.urls import path

from minga.engage.views import moderation as views

urlpatterns = [
    path("conversations/<int:pk>/moderation/", views.desk, name="moderation_desk"),
    path("conversations/<int:pk>/moderation/log/", views.log, name="moderation_log"),
    path("conversations/<int:pk>/moderation/merge/", views.merge, name="merge"),
    path("conversations/<int:pk>/moderation/rejections/<int:rejection>/", views.second, name="second"),
    path("conversations/<int:pk>/statements/<int:number>/look/", views.look, name="look"),
    path("conversations/<int:pk>/statements/<int:number>/reword/", views.reword, name="reword"),
    path("conversations/<int:pk>/statements/<int:number>/translate/", views.translate, name="translate"),
    path("answers/<str:token>/appeal/", views.appeal, name="appeal"),
]
