"""The settings that an installation makes, read once, typed, from the environment and an optional `.env` file."""

import os
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
DATABASE_URL: str = env.str("DATABASE_URL", default="")
REDIS_URL: str = env.str("REDIS_URL", default="")
os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA_DIR / "compiled"))  # the program's own folder may be read-only
FRONTEND_DIR = BASE_DIR / "build" / "frontend"  # built from the packages, the same for every data folder
PORT: int = env.int("PORT", default=8000)
