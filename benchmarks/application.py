"""The whole application, running as `make run` runs it, for benchmarks that measure it from outside."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8917
PATIENCE = 120.0


@contextmanager
def running(stage: str) -> Iterator[str]:
    """Web, worker and beat on the benchmarks' data folder with the demonstration world; yields the address."""
    environment = {**os.environ, "PORT": str(PORT)}
    subprocess.run([sys.executable, "-m", "config.setup_steps", "--demo", stage], cwd=ROOT, env=environment, check=True)
    with (Path(os.environ["DATA_DIR"]) / "application.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.run"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(200)
            yield f"http://127.0.0.1:{PORT}"
        finally:
            process.terminate()
            process.wait()


def wait_for(*codes: int) -> None:
    """Until /healthz answers with one of these. Raises TimeoutError when it never does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if health() in codes:
            return
        time.sleep(0.05)
    raise TimeoutError(f"/healthz did not answer {codes} within {PATIENCE:g} s")


def health() -> int:
    """The status of /healthz; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
