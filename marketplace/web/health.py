"""Whether every part of the installation is ready."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

WORKER_KEY = "worker-heartbeat"
WORKER_SECONDS = 60.0


def check_health() -> dict[str, dict[str, Any]]:
    """For each part: `ready`, and what there is to say about it."""
    return {name: _asked(probe) for name, probe in PROBES.items()}


def _asked(probe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"ready": True, **probe()}
    except (DatabaseError, RedisError, OSError) as error:
        return {"ready": False, "error": type(error).__name__}


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        row = cursor.fetchone()
    return {"ready": row is not None, "vector": row[0] if row else None}


def _queue() -> dict[str, Any]:
    cache.get(WORKER_KEY)
    return {}


def _model() -> dict[str, Any]:
    beat = cache.get(WORKER_KEY)
    if beat is None:
        return {"ready": False}
    age = time.time() - beat["at"]
    return {"ready": age < WORKER_SECONDS, "model": beat["model"], "age": round(age, 1)}


PROBES: dict[str, Callable[[], dict[str, Any]]] = {"database": _database, "queue": _queue, "model": _model}
