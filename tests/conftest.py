"""One PostgreSQL and one Valkey for all test processes; one database per process. See also `tests.environment`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import using_services


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[object]:
    """Services for as long as the tests run."""
    with using_services():
        return (yield)


@pytest.fixture(autouse=True)
def _plain_static(settings: object) -> None:
    """Pages in tests need no collected files."""
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object) -> None:
    """Hashing is slow on purpose; tests need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: Path) -> None:
    """Uploads of a test vanish with it."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
