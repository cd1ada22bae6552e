"""The queue's application."""

import os
import time
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 60


@app.task
def heartbeat() -> None:
    """The worker says that it lives and which model it holds; /healthz reads it."""
    # Inline: settings must be loaded before the cache and the engine are.
    from django.core.cache import cache  # noqa: PLC0415

    from matching.encoding import warm_encoder  # noqa: PLC0415

    cache.set(HEARTBEAT_KEY, {"at": time.time(), "model": warm_encoder().fingerprint}, HEARTBEAT_SECONDS)


@worker_ready.connect
def _warm(**kwargs: Any) -> None:
    """Load the model before the first hint arrives."""
    heartbeat.delay()
