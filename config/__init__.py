"""How the installation is put together; nothing imports it but the entry points."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
