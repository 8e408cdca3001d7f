"""What the worker keeps: effects that must leave the system, leases on running work, the clock's last strokes."""

from django.db import models
from django.utils import timezone


class Outbox(models.Model):
    """An external effect, written in the transaction that caused it and sent by the worker with retries."""

    kind = models.CharField(max_length=40)
    content = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True, db_index=True)
    failed = models.BooleanField(default=False)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Lease(models.Model):
    """Somebody is working on ``work``; the lease lapses unless its heartbeat renews it before ``expires``."""

    work = models.CharField(max_length=80, unique=True)
    holder = models.CharField(max_length=36)
    expires = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=1)
    progress = models.PositiveSmallIntegerField(default=0, help_text="per cent")

    def __str__(self) -> str:
        return self.work


class Stroke(models.Model):
    """When a recurring job last ran, and how it went."""

    job = models.CharField(max_length=80, unique=True)
    ran = models.DateTimeField()
    outcome = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.job
