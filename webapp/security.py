"""Guards of the whole site: the content security policy and the brake on password guessing."""

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from annotation.prepared import prepared

FAILURE_MEMORY_SECONDS = 300
NAMES_PER_ADDRESS = 20  # a whole office may share an address
FORM_BYTES = 2**20  # of an upload beside its file
STRANGERS_BYTES = 2**16  # of a request by nobody known: a login is far smaller

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
    """Send the policy with every answer; a template marks its own script with {{ csp_nonce }}.

    What says nothing of caches is for one person: a shared cache must not hand it to the next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the request a nonce and the answer its policy."""
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
        response.setdefault("Cache-Control", "private, no-cache")
        return response


def csp_nonce(request: HttpRequest) -> dict[str, str]:
    """Give templates the nonce of this request."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}


class RequestLimits:
    """Refuse what no page or client of ours sends, before anything of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once where the body is larger than any upload may be, or where PostgreSQL would choke."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > settings.UPLOAD_LIMIT_MB * 2**20 + FORM_BYTES:
            return _refuse("upload_too_large", f"Uploads may have {settings.UPLOAD_LIMIT_MB} MB.", status=413)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _refuse("bad_request", "The address holds a NUL character.", status=400)
        return self.get_response(request)


class FilesAfterLogin:
    """Refuse large bodies of people who are not logged in, before anything of them is read or written to disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once where nobody known sends more than any form of ours holds."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > STRANGERS_BYTES and not _is_known(request):
            return _refuse("not_authenticated", "Log in before you send files.", status=401)
        return self.get_response(request)


def _is_known(request: HttpRequest) -> bool:
    """Return whether a session or a token says who sends this."""
    if request.user.is_authenticated:
        return True
    try:
        return TokenAuthentication().authenticate(Request(request)) is not None
    except APIException:
        return False


def _refuse(code: str, message: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from; of what proxies write, only our own proxy's word counts."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class ThrottledBackend(ModelBackend):
    """Check passwords, but stop listening for a while after many wrong ones from one address, for one name or for many.

    It sits here and not in a view, so that the login page, the admin and the token API share one brake.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user whose password this is."""
        address = address_of(request) if request else ""
        name = sha256((username or "").lower().encode("utf-8", "replace")).hexdigest()
        limits = {
            f"login-failures:{address}:{name}": settings.LOGIN_FAILURES,
            f"login-failures:{address}": settings.LOGIN_FAILURES * NAMES_PER_ADDRESS,
        }
        failures = caches["brake"].get_many(limits)
        if any(failures.get(key, 0) >= most for key, most in limits.items()):
            raise PermissionDenied("Too many wrong passwords: wait five minutes.")
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            for key in limits:
                _count(key)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return who is logged in; each request asks."""
        user = _accounts.first(user_id)
        return user if user and self.user_can_authenticate(user) else None


@prepared
def _accounts(pk: int) -> QuerySet[User]:
    """Read the account with this key."""
    return User.objects.filter(pk=pk)


def _count(key: str) -> None:
    brake = caches["brake"]
    brake.add(key, 0, FAILURE_MEMORY_SECONDS)
    try:
        brake.incr(key)
    except ValueError:  # it ran out between the two
        brake.set(key, 1, FAILURE_MEMORY_SECONDS)
