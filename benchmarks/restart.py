"""Starting the whole application a second time, and once more after `kill -9` of everything."""

import os
import signal
import subprocess
import time
from pathlib import Path

from benchmarks.application import PORT, ROOT, health
from benchmarks.report import Figure, show

PATIENCE = 120.0


def run() -> int:
    """In a data folder of its own; the first start builds it and is not measured."""
    folder = f"{os.environ['DATA_DIR']}-restart"
    environment = {**os.environ, "DATA_DIR": folder, "PORT": str(PORT), "DATABASE_URL": "", "REDIS_URL": ""}
    subprocess.run(["make", "demo", "STAGE=people"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    second = _start(environment, kill=True)
    third = _start(environment, kill=False)
    return show([Figure("second start", second, 15.0, "s"), Figure("start after kill -9", third, 15.0, "s")])


def _start(environment: dict[str, str], *, kill: bool) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", "STAGE=people"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while time.perf_counter() - began < PATIENCE and health() != 200:
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


def _all_of(folder: str) -> list[int]:
    """Processes whose environment names the data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            if f"DATA_DIR={folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found
