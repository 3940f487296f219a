"""Who is served, and how safely."""

from django.core.exceptions import ImproperlyConfigured

from webapp.local.exposure import DEVELOPMENT_SECRET as DEVELOPMENT_SECRET  # which the checks look for
from webapp.settings.environment import DEVELOPMENT, env

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
