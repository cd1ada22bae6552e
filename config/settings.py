"""Settings. Every value that differs between installations comes from the environment; `.env.example` lists them."""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext

from config.embedded import postgresql, valkey
from config.environment import BASE_DIR, DATA_DIR, DATABASE_URL, FRONTEND_DIR, PORT, REDIS_URL, env
from config.logs import logging_settings

django_stubs_ext.monkeypatch()  # Django's generic classes take type arguments at run time too

DEBUG: bool = env.bool("DEBUG", default=False)


def _local_secret() -> str:
    """A key made once for this data folder, so that sessions outlive a restart without any configuration."""
    path = DATA_DIR / "secret_key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY: str = env.str("SECRET_KEY", default="") or _local_secret()
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL: str = env.str("SITE_URL", default=f"http://localhost:{PORT}")
HTTPS: bool = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if HTTPS else [])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "pghistory",
    "pgtrigger",
    "csp",
    "django_prometheus",
    "django_structlog",
    "matching",
    "marketplace.web",
    "marketplace.audit",
    "marketplace.notifications",
    "marketplace.taxonomy",
    "marketplace.accounts",
    "marketplace.organisations",
    "marketplace.capabilities",
    "marketplace.scenarios",
    "marketplace.exposure",
    "marketplace.pairing",
    "marketplace.gaps",
    "marketplace.events",
    "marketplace.labelling",
    "marketplace.applications",
    "marketplace.learning",
    "marketplace.cases",
    "marketplace.competitions",
    "marketplace.reports",
    "marketplace.demo",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.audit.context.OriginMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "marketplace.web.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "marketplace.web.middleware.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "marketplace.reports.navigation.navigation",
            ],
        },
    }
]

# Database: DATABASE_URL, or the embedded PostgreSQL through its socket.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **(env.db_url_config(DATABASE_URL) if DATABASE_URL else postgresql.database_settings()),
        "ENGINE": "django_prometheus.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=8), "timeout": 10}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Queue and cache: REDIS_URL, or the embedded Valkey through its socket.
QUEUE_URL: str = REDIS_URL or valkey.queue_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or valkey.cache_url(),
        "KEY_PREFIX": "marketplace",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# People and how they sign in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:work"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "marketplace.accounts.forms.SignupForm"}
ACCOUNT_ADAPTER = "marketplace.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "marketplace.accounts.adapter.display_name"
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", default="optional")
ACCOUNT_RATE_LIMITS = {} if env.bool("NO_RATE_LIMITS", default=False) else {"login_failed": "10/5m/ip,5/5m/key"}
ACCOUNT_LOGOUT_ON_GET = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if env.str("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.str("OIDC_NAME", default="SSO"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_SECRET"),
                "settings": {"server_url": env.str("OIDC_SERVER_URL")},
            }
        ]
    }

# Language and time.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LOCALE_PATHS = [path for app in sorted((BASE_DIR / "marketplace").iterdir()) if (path := app / "locale").is_dir()]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Static files are built once and carry their hash; media are what people upload.
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS: list[Any] = [BASE_DIR / "static", ("vendor", FRONTEND_DIR)]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
MEDIA_URL = "media/"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.static.ManifestStorage"
    },
}
if env.str("MEDIA_S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("MEDIA_S3_BUCKET"),
            "endpoint_url": env.str("MEDIA_S3_ENDPOINT", default=None),
            "access_key": env.str("MEDIA_S3_ACCESS_KEY", default=None),
            "secret_key": env.str("MEDIA_S3_SECRET_KEY", default=None),
            "default_acl": "private",
        },
    }
WHITENOISE_USE_FINDERS = DEBUG
UPLOAD_MAX_MIB: int = env.int("UPLOAD_MAX_MIB", default=20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
MAP_OUTLINE: str = env.str("MAP_OUTLINE", default="vendor/map/anhui.json")

# E-mail.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="场景大市场 <noreply@localhost>")

# Matching.
DEFAULT_EMBEDDING_MODEL = str(DATA_DIR / "models" / "multilingual-e5-small")
EMBEDDING_MODEL: str = env.str("EMBEDDING_MODEL", default=DEFAULT_EMBEDDING_MODEL)
# Documents of a side that a worker holds whole; of a larger side it holds a sample and an index of vectors.
MATCHING_IN_MEMORY: int = env.int("MATCHING_IN_MEMORY", default=20_000)
# "compiled" runs the model in eight bits, several times as fast; "torch" runs it as it is.
EMBEDDING_ENGINE: str = env.str("EMBEDDING_ENGINE", default="compiled")
MATCHING_TAXONOMY = {
    "sectors": BASE_DIR / "seeds" / "sectors.yaml",
    "areas": BASE_DIR / "seeds" / "priority_areas.yaml",
    "places": BASE_DIR / "seeds" / "regions.yaml",
}
# Collections in BEIR form that a training asked for on the page learns from, beside what people did here.
# `reserve` is left out: it stays unseen, for a last look.
TRAINING_COLLECTIONS: list[str] = env.list(
    "TRAINING_COLLECTIONS",
    default=[
        str(BASE_DIR / "fixtures" / part)
        for part in (
            "labelled",
            "collections/mixed",
            "collections/notices",
            "collections/scenarios",
            "collections/titles",
        )
    ],
)

# Work in the background. A message is a hint: nothing is lost with it, and results are rows of the database.
CELERY_BROKER_URL = QUEUE_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "renew-matches": {"task": "marketplace.pairing.tasks.renew_matches", "schedule": 30.0},
    "print-texts": {"task": "marketplace.pairing.tasks.print_texts", "schedule": 30.0},
    "renew-gaps": {"task": "marketplace.gaps.tasks.renew_gaps", "schedule": 60.0},
    "answer-advice": {"task": "marketplace.pairing.tasks.answer_advice", "schedule": 30.0},
    "try-policies": {"task": "marketplace.pairing.tasks.try_policies", "schedule": 30.0},
    "make-plans": {"task": "marketplace.events.tasks.make_plans", "schedule": 30.0},
    "send-mails": {"task": "marketplace.notifications.tasks.send_mails", "schedule": 60.0},
    "end-overdue-scenarios": {"task": "marketplace.scenarios.tasks.end_overdue_scenarios", "schedule": 300.0},
    "finish-notices": {"task": "marketplace.applications.tasks.finish_due_notices", "schedule": 300.0},
    "prepare-campaigns": {"task": "marketplace.labelling.tasks.prepare_campaigns", "schedule": 60.0},
    "note-training-pairs": {"task": "marketplace.learning.tasks.note_training_pairs", "schedule": 300.0},
    "train-asked": {"task": "marketplace.learning.tasks.train_asked", "schedule": 60.0},
    "heartbeat": {"task": "config.celery.heartbeat", "schedule": 10.0},
}

# Interface.
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "场景大市场 Scenario Marketplace",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Security.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}
LOGGING = logging_settings(debug=DEBUG)
