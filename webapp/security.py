"""Guards of the whole site: the content security policy and the brake on password guessing."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

FAILURE_MEMORY_SECONDS = 300

# Swagger's page and the admin set styles in place; no script in place runs without the request's nonce.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicy:
    """Send the policy with every answer; a template marks its own script with {{ csp_nonce }}."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the request a nonce and the answer its policy."""
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
        return response


def csp_nonce(request: HttpRequest) -> dict[str, str]:
    """Give templates the nonce of this request."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}


class ThrottledBackend(ModelBackend):
    """Check passwords, but stop listening for a while after many wrong ones for one name from one address.

    It sits here and not in a view, so that the login page, the admin and the token API share one brake.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **others: Any
    ) -> AbstractBaseUser | None:
        """Return the user whose password this is."""
        address = request.META.get("REMOTE_ADDR", "") if request else ""
        key = f"login-failures:{address}:{(username or '').lower()[:150]!r}".replace(" ", "_")
        if cache.get(key, 0) >= settings.LOGIN_FAILURES:
            raise PermissionDenied("Too many wrong passwords: wait five minutes.")
        user = super().authenticate(request, username=username, password=password, **others)
        if user is None:
            cache.add(key, 0, FAILURE_MEMORY_SECONDS)
            cache.incr(key)
        return user
