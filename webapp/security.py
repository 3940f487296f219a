"""Guards of the whole site: the content security policy and the brake on password guessing."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from annotation.prepared import prepared
from webapp.basemaps import picture_hosts
from webapp.scopes import ByToken

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
        "img-src 'self' blob: data:{pictures}",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicy:
    """Send the policy with every answer; a template marks its own script with {{ csp_nonce }}.

    A view whose page shows basemaps sets `shows_basemaps` of its request: no other page may fetch from their servers.

    What says nothing of caches is for one person: a shared cache must not hand it to the next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the request a nonce and the answer its policy."""
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        pictures = picture_hosts() if getattr(request, "shows_basemaps", False) else ""
        response.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce, pictures=pictures))
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
        return ByToken().authenticate(Request(request)) is not None
    except APIException:
        return False


def _refuse(code: str, message: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


class ProxyWord:
    """Believe what is said of a request's way here only where a proxy of ours says it, and forget it otherwise.

    A proxy adds the address that it sees to whatever the sender wrote before: only the last one is its own word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let REMOTE_ADDR be where the person is."""
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if not is_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in ("FOR", "PROTO", "HOST"):
                request.META.pop(f"HTTP_X_FORWARDED_{name}", None)
        elif _parsed(told):
            request.META["REMOTE_ADDR"] = told
        return self.get_response(request)


def is_proxy(address: str) -> bool:
    """Return whether this is the address of a proxy of ours; whoever uses a socket file, and has none, is one."""
    networks = settings.TRUSTED_PROXIES
    if not address:
        return bool(networks)
    parsed = _parsed(address)
    return parsed is not None and any(parsed in ip_network(network) for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, for counting: of IPv6 the network, for one customer has 2^64 addresses."""
    address = request.META.get("REMOTE_ADDR", "")
    parsed = _parsed(address)
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed or address)


def attempt(key: str, most: int, *, seconds: int = FAILURE_MEMORY_SECONDS) -> bool:
    """Count an attempt, and return whether it may be made; however many come at once, no more than `most` may.

    The count is forgotten when none was added for `seconds`. One that is refused is not counted.
    """
    brake = caches["brake"]
    if brake.get(key, 0) >= most:
        return False
    for _ in range(3):
        with suppress(ValueError):  # it ran out, or Redis came back, between the two
            brake.add(key, 0, seconds) or brake.touch(key, seconds)
            if brake.incr(key) <= most:
                return True
            _take_back([key])
            return False
    return False


class ThrottledBackend(ModelBackend):
    """Check passwords, but stop listening for a while after many wrong ones from one address, for one name or for many.

    It sits here and not in a view, so that the login page, the admin and the token API share one brake. An attempt
    counts before its password is looked at, and is taken back if that is right: many at once are not let through.
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
        counted: list[str] = []
        for key, most in limits.items():
            if not attempt(key, most):
                _take_back(counted)
                raise PermissionDenied("Too many wrong passwords: wait five minutes.")
            counted.append(key)
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is not None:
            _take_back(counted)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return who is logged in; each request asks."""
        user = _accounts.first(user_id)
        return user if user and self.user_can_authenticate(user) else None


@prepared
def _accounts(pk: int) -> QuerySet[User]:
    """Read the account with this key."""
    return User.objects.filter(pk=pk)


def _take_back(keys: Iterable[str]) -> None:
    for key in keys:
        with suppress(ValueError):  # it ran out meanwhile
            caches["brake"].decr(key)
