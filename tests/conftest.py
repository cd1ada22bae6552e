"""One PostgreSQL and one Valkey for all test processes, in a data folder of their own; one database per process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before the settings are read: tests never touch the data of an installation.
ROOT = Path(__file__).resolve().parent.parent
os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["NO_RATE_LIMITS"] = "true"
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["EMBEDDING_MODEL"] = os.environ.get(
    "EMBEDDING_MODEL", str(ROOT / "var" / "models" / "multilingual-e5-small")
)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the browser tests

from config.embedded import using_services  # noqa: E402  # after the environment is set


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
