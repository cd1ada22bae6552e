"""Where the embedded services keep what they need, and who may enter."""

import hashlib
import os
import pwd
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from config.environment import DATA_DIR, DATABASE_URL

RUN_DIR = DATA_DIR / "run"
SERVICE_USER = "marketplace"  # who runs PostgreSQL when we are root, which it refuses to be
SOCKET_LIMIT = 90  # a Unix socket's path has room for 107 bytes, its name included


class ServiceError(RuntimeError):
    """An embedded service did not start or stop; says what to do or where its log is."""


def socket_dir() -> Path:
    """Where the sockets are: under DATA_DIR, or, if that path is too long, under the temporary folder."""
    if len(str(RUN_DIR).encode()) <= SOCKET_LIMIT:
        return RUN_DIR
    digest = hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"marketplace-{os.geteuid()}-{digest}"


def make_folders() -> None:
    """Make the folders of locks, logs and sockets. Nobody else may write there; as root, the service user may."""
    user = None if DATABASE_URL else service_user()
    for folder in {RUN_DIR, socket_dir()}:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid not in {os.geteuid(), user.pw_uid if user else os.geteuid()}:
            raise ServiceError(f"{folder} belongs to another user; set DATA_DIR to a folder of your own.")
        folder.chmod(0o755)
        own(folder)


def service_user() -> pwd.struct_passwd | None:
    """The user that runs PostgreSQL if we are root, made when missing; None if we are not."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SERVICE_USER)
    add = ["useradd", "--system", "--no-create-home", "--user-group", SERVICE_USER]
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    with suppress(OSError):
        subprocess.run(add, check=False, capture_output=True, env={**os.environ, "PATH": path})
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise ServiceError(
            "PostgreSQL refuses to run as root, and no user could be made for it: run as another user, "
            f"add a user {SERVICE_USER!r}, or set DATABASE_URL."
        ) from None


def own(path: Path) -> None:
    """As root, give a file to the service user."""
    if not DATABASE_URL and (user := service_user()):
        os.chown(path, user.pw_uid, user.pw_gid)


def let_through(*targets: Path) -> None:
    """As root, let the service user pass through the folders above these."""
    if service_user() is None:
        return
    for target in targets:
        for folder in target.parents:
            if folder.exists() and not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o001)
