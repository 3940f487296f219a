"""What the site is made of for Django: applications, middleware, templates, static files."""

from pathlib import Path

from webapp.settings.environment import BASE_DIR, DEVELOPMENT, VAR, env

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

# Static files: ours from the apps, others' from npm's folder
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR / "static"))).absolute()
NODE_MODULES = Path(env.str("NODE_MODULES", str(BASE_DIR / "node_modules"))).absolute()
VENDORED = {
    "leaflet": ("leaflet", "dist"),
    "polygon-clipping": ("polygon-clipping", "dist"),
    "robust-predicates": ("robust-predicates", "esm"),
    "splaytree": ("splaytree", "dist"),
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
