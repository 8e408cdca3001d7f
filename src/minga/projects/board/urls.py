"""Addresses of tasks; one task keeps its address whatever becomes of it."""

from django.urls import path

from minga.projects.board import views

urlpatterns = [
    path("tasks/", views.open_to_all, name="tasks_open"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("tasks/<int:pk>/take/", views.take, name="task_take"),
    path("tasks/<int:pk>/back/", views.give_back, name="task_back"),
    path("tasks/<int:pk>/done/", views.done, name="task_done"),
    path("tasks/<int:pk>/credit/", views.credit, name="task_credit"),
    path("tasks/<int:pk>/assign/", views.assign, name="task_assign"),
    path("tasks/<int:pk>/drop/", views.drop, name="task_drop"),
    path("body/tasks/", views.board, name="body_tasks"),
    path("body/tasks/new/", views.new, name="body_task_new"),
    path("projects/<slug:slug>/tasks/", views.board, name="tasks"),
    path("projects/<slug:slug>/tasks/new/", views.new, name="task_new"),
]
