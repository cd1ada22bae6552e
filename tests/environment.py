"""Set before the settings are read: tests never touch the data of an installation. Loaded by pytest with -p."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR", str(ROOT / "var" / "test"))
os.environ["NO_RATE_LIMITS"] = "true"
os.environ["EMAIL_URL"] = "memorymail://"
os.environ.setdefault("EMBEDDING_MODEL", str(ROOT / "var" / "models" / "multilingual-e5-small"))
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the browser tests
