"""Django's settings: every value comes from the environment, with a default for development.

DEBUG=false is production: then development secrets are refused (see checks.py). The README has a table of all of them.
"""

from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from webapp import logs
from webapp.celery import broker_url
from webapp.local import postgres, redis
from webapp.local.exposure import DEVELOPMENT_SECRET
from webapp.local.place import VAR  # reads the file .env as well
from webapp.wheels import library

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Who is served, and how safely
DEVELOPMENT = env.bool("DEBUG", True)
DEBUG = DEVELOPMENT and env.bool("DEBUG_PAGES", False)  # Django's pages of tracebacks in the place of ours
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_SECRET)
if not DEVELOPMENT and SECRET_KEY == DEVELOPMENT_SECRET:
    raise ImproperlyConfigured("SECRET_KEY is not set: with DEBUG=false it must be a long random text of your own.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", not DEVELOPMENT)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
PRIVATE_NETWORKS = ["127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", PRIVATE_NETWORKS) if BEHIND_PROXY else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# HSTS for subdomains and in browsers' lists binds names that are not ours: the proxy in front may add it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"  # each key press asks who it is
CSRF_FAILURE_VIEW = "webapp.refusals.unproven"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Where data is
STORAGE_URL = env.str("STORAGE_URL", "")  # s3://bucket/prefix; without one, files lie in DATA_DIR
S3_ENDPOINT = env.str("S3_ENDPOINT", "")
CACHE_GB = env.float("CACHE_GB", 50.0)
# with a bucket, a folder of this machine alone, which may be emptied at any time
DATA_DIR = Path(
    env.str("CACHE_DIR", str(VAR / "cache")) if STORAGE_URL else env.str("DATA_DIR", str(VAR / "data"))
).absolute()
SAMPLES_DIR = Path(env.str("TERRASCRIBE_SAMPLES", str(VAR / "samples"))).absolute()
_encoders = Path(env.str("ENCODERS_DIR", "") or VAR / "encoders").absolute()  # the latter is filled by the setup
ENCODERS_DIR = _encoders if env.str("ENCODERS_DIR", "") or _encoders.is_dir() else None
MOUNTED_FOLDERS: dict[str, str] = env.dict("MOUNTED_FOLDERS", {})  # name=/folder,other=/another
SENSORS_FILE = Path(listed).absolute() if (listed := env.str("SENSORS_FILE", "")) else None
BASEMAPS_FILE = Path(listed).absolute() if (listed := env.str("BASEMAPS_FILE", "")) else None
NODE_MODULES = Path(env.str("NODE_MODULES", str(BASE_DIR / "node_modules"))).absolute()
REMOTE_HOSTS: list[str] = env.list("REMOTE_HOSTS", [])  # from which imagery may be read; nothing is by default
REMOTE_SECONDS = env.float("REMOTE_SECONDS", 20.0)
REMOTE_GB = env.int("REMOTE_GB", 64)
UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", 4096)
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20  # a request that isn't a file, such as the mask of one tile
REDIS_URL = env.str("REDIS_URL", redis.private().url())
DATABASE_URL = env.str("DATABASE_URL", postgres.private().url())
DATABASES: dict[str, Any] = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", "test_terrascribe")},
    }
}
_REDIS = {"BACKEND": "webapp.cache.ForgetfulCache", "LOCATION": REDIS_URL}
CACHES = {
    "default": _REDIS,
    "brake": {**_REDIS, "OPTIONS": {"fallback": "process"}},  # wrong passwords are counted even without Redis
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
GDAL_LIBRARY_PATH = env.str("GDAL_LIBRARY_PATH", "") or library("rasterio", "libgdal")
GEOS_LIBRARY_PATH = env.str("GEOS_LIBRARY_PATH", "") or library("shapely", "libgeos_c")

# How labelling goes
LEASE_MINUTES = env.int("LEASE_MINUTES", 10)
PREFETCH = env.int("PREFETCH", 5)
TILE_PX = env.int("TILE_PX", 64)
KEEP_ROUNDS = env.int("KEEP_ROUNDS", 100)
EMBED_READERS = env.int("EMBED_READERS", 2)
EMBED_TOGETHER = env.int("EMBED_TOGETHER", 8)

# How much there may be; 0 is without a limit
PROJECT_GB = env.int("PROJECT_GB", 500)
PROJECT_TILES = env.int("PROJECT_TILES", 2_000_000)
PERSON_GB = env.int("PERSON_GB", 1000)
PERSON_TILES = env.int("PERSON_TILES", 5_000_000)
PROJECT_JOBS = env.int("PROJECT_JOBS", 50)
PERSON_JOBS = env.int("PERSON_JOBS", 50)
PROJECT_MAKERS = env.str("PROJECT_MAKERS", "everybody", validate=validate.OneOf(["everybody", "staff"]))
WEBHOOK_HOSTS: list[str] = env.list(
    "WEBHOOK_HOSTS", []
)  # hosts inside the network that webhooks may reach, and by http
DEMO_USER = "demo"
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "demo" if DEVELOPMENT else "")

INSTALLED_APPS = [
    "annotation",
    "webapp.apps.WebappConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "webapp.logs.Numbered",
    "webapp.operating.metrics.Counted",
    "webapp.security.ProxyWord",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "webapp.security.ContentSecurityPolicy",
    "webapp.security.RequestLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "webapp.api.pagination.Unchanged",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "webapp.security.FilesAfterLogin",
    "webapp.health.DatabaseAway",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webapp.security.csp_nonce",
            ]
        },
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

# People
AUTHENTICATION_BACKENDS = ["webapp.security.ThrottledBackend"]
LOGIN_FAILURES = env.int("LOGIN_FAILURES", 10)  # within five minutes, for one name from one address
TOKEN_DAYS = env.int("TOKEN_DAYS", 90)
TOKEN_MOST_DAYS = env.int("TOKEN_MOST_DAYS", 365)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Static files: ours from the apps, others' from npm's folder
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR / "static"))).absolute()
VENDORED = {
    "leaflet": ("leaflet", "dist"),
    "three": ("three", "build"),
    "tus": ("tus-js-client", "dist"),
    "uplot": ("uplot", "dist"),
}
STATICFILES_DIRS = [(f"vendor/{name}", NODE_MODULES / package / folder) for name, (package, folder) in VENDORED.items()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "webapp.static_storage.ModuleStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.scopes.ByToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "webapp.scopes.InScope"],
    "DEFAULT_PARSER_CLASSES": ["webapp.api.parsing.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "webapp.api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is a filter of ours
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Terrascribe",
    "DESCRIPTION": "Label Earth-observation tiles while a foundation model learns beside you.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "AnnotationVerdict": "annotation.models.Annotation.Verdict",
        "ReviewVerdict": "annotation.models.labels.ReviewVerdict",
        "JobKind": "annotation.models.jobs.JobKind",
        "PromiseKind": "annotation.models.projects.PromiseKind",
        "Provenance": "annotation.models.Annotation.Provenance",
        "Scope": "annotation.models.projects.Scope",
        "TokenScope": "annotation.models.tokens.TokenScope",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Work for later: the rows of the database say what there is to do, a message only wakes a worker.
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: the supervisor brings Redis back
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1.0}  # an answer to a label waits no longer for a message
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "batch"
CELERY_TASK_ACKS_LATE = False  # a lost message leaves a row that the sweep queues again
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BEAT_SCHEDULE = {
    # a message that expires is compared with the worker's own clock, which may be minutes off: an hour is beyond that
    "sweep": {"task": "webapp.tasks.sweep", "schedule": 10.0, "options": {"queue": "interactive", "expires": 3600}},
    "tidy": {"task": "webapp.tasks.tidy", "schedule": 3600.0, "options": {"queue": "batch", "expires": 7200}},
    # often, so that a machine that runs for an hour a day prunes too; a project is asked for once a day
    "prune": {"task": "webapp.tasks.prune", "schedule": 900.0, "options": {"queue": "interactive", "expires": 3600}},
}

# What is told of it
METRICS = env.bool("METRICS", False)
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
LOGGING = logs.configuration(level=env.str("LOG_LEVEL", "INFO"), form=LOG_FORMAT)
