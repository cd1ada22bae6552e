"""Starting the whole application a second time, and once more after `kill -9` of everything."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.report import Figure, show

ROOT = Path(__file__).resolve().parent.parent
PORT = 8917
PATIENCE = 120.0


def run() -> int:
    """In a data folder of its own; the first start builds it and is not measured."""
    folder = tempfile.mkdtemp(prefix="restart-")
    Path(folder).chmod(0o755)
    environment = {**os.environ, "DATA_DIR": folder, "PORT": str(PORT), "DATABASE_URL": "", "REDIS_URL": ""}
    subprocess.run(["make", "demo", "STAGE=people"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    second = _start(environment, kill=True)
    third = _start(environment, kill=False)
    return show([Figure("second start", second, 15.0, "s"), Figure("start after kill -9", third, 15.0, "s")])


def _start(environment: dict[str, str], *, kill: bool) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", "STAGE=people"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    while time.perf_counter() - began < PATIENCE and not _answers():
        time.sleep(0.05)
    taken = time.perf_counter() - began
    if kill:
        for pid in _all_of(environment["DATA_DIR"]):
            os.kill(pid, signal.SIGKILL)
        os.killpg(process.pid, signal.SIGKILL)
    else:
        os.killpg(process.pid, signal.SIGINT)
    process.wait()
    time.sleep(1)
    if not kill and (left := _all_of(environment["DATA_DIR"])):
        raise SystemExit(f"processes left behind: {left}")
    return taken


def _answers() -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
    except urllib.error.HTTPError as error:
        return error.code == 503
    except OSError:
        return False
    return True


def _all_of(folder: str) -> list[int]:
    """Processes whose environment names the data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            if f"DATA_DIR={folder}".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
