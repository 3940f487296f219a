"""Which tokens are let in, and what each may do: the one place where scopes are enforced.

Whoever reads needs `read`. Whatever writes needs what the table below says, and `own` where it says nothing: a new
address is closed to narrower tokens until it is listed. Roles in projects are asked for as well, by the views.
"""

from base64 import b64decode
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from annotation.models import AccessToken
from annotation.models.tokens import TokenScope
from annotation.tokens import may, recognise

if TYPE_CHECKING:  # that module asks for this one
    from rest_framework.views import APIView

WRITES = {
    # POST is how clients of STAC, and Label Studio, ask
    **dict.fromkeys(
        ("stac-search", "studio-setup", "studio-predict", "studio-webhook", "studio-train"), TokenScope.READ
    ),
    **dict.fromkeys(("claim", "release", "sample-claim", "annotation-list", "insights"), TokenScope.LABEL),
    "stac-search": TokenScope.READ,  # POST is how clients of STAC ask
    **dict.fromkeys(
        (
            "claim", "release", "sample-claim", "annotation-list", "annotation-bulk", "insights",
            "view-list", "view-detail", "layout-list", "layout-detail", "sample-comments", "comment-detail",
        ),
        TokenScope.LABEL,
    ),
    **dict.fromkeys(
        (
            "suggestion-review", "acceptance-list", "round-list", "model-version-list", "quality", "quality-decision",
            "job-restart", "export-list", "review-batch-undo",
        ),
        TokenScope.REVIEW,
    ),
}  # fmt: skip
TOKENS = {"token-list", "token-detail"}  # reading of these needs `own` as well
BY_PEOPLE_ONLY = {("POST", "token-list"), ("POST", "qgis")}  # a token that makes tokens would never end


class ByToken(TokenAuthentication):
    """Let programs in that send `Authorization: Token ...`, or the key as the password of any name, as QGIS can."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """Return the person and the token; None where there is no key."""
        key = _key_as_password(request.META.get("HTTP_AUTHORIZATION", ""))
        return self.authenticate_credentials(key) if key else super().authenticate(request)

    def authenticate_credentials(self, key: str) -> tuple[User, AccessToken]:
        """Return the person and the token."""
        token = recognise(key)
        if token is None:
            raise AuthenticationFailed(
                "This token opens nothing: it is wrong, revoked, expired, or older than the password."
            )
        return token.user, token


class InScope(BasePermission):
    """Let a token do what its scope says; whoever is logged in has no such limit."""

    message = ""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the token's scope includes what is asked for."""
        token = request.auth
        if not isinstance(token, AccessToken):
            return True
        match = request.resolver_match
        if token.project_id and (match is None or match.kwargs.get("project_id") != token.project_id):
            raise NotFound("No such project.")  # as of any that the person is no member of
        name = (match.url_name if match else None) or ""
        if (request.method, name) in BY_PEOPLE_ONLY:
            self.message = "A token makes no tokens: log in, or send your password to /api/token/."
            return False
        needed = scope_for(request.method or "", name)
        self.message = f"This needs a token of scope {needed.value}; this one's is {token.scope}."
        return may(token, needed)


def _key_as_password(header: str) -> str:
    """Return the key in a header of HTTP's basic kind; '' where there is none."""
    kind, _, told = header.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        key = b64decode(told.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
    return key if key.startswith("ts_") else ""


def scope_for(method: str, name: str) -> TokenScope:
    """Return the least scope for a method of a named address."""
    if method in SAFE_METHODS and name not in TOKENS:
        return TokenScope.READ
    return WRITES.get(name, TokenScope.OWN)
