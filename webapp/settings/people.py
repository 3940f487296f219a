"""How people and programs show who they are."""

from webapp.settings.environment import DEVELOPMENT, env

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
DEMO_USER = "demo"
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "demo" if DEVELOPMENT else "")
