"""Debian's Chromium, for the browser tests and the screenshots."""

import os
import shutil
from pathlib import Path

HOW_TO_GET_IT = "Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk"
# No sandbox as root, as in a container; nothing that calls home from a closed network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def path() -> Path | None:
    """Where Chromium is; CHROMIUM names another place."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return Path(found) if found else None
