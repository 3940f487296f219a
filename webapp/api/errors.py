"""Errors as the API tells them: one table from class to status, and one shape for all."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from annotation import errors as domain
from mlcore import errors as raster

STATUS: dict[type[Exception], int] = {
    domain.AnnotationError: 400,
    domain.NotAllowed: 403,
    domain.NotFound: 404,
    domain.AlreadyAnswered: 409,
    domain.SampleNotOpen: 409,
    domain.NotReady: 409,
    domain.Overtaken: 409,
    domain.OverQuota: 409,
    domain.FileChanged: 409,
    domain.UploadTooLarge: 413,
    domain.BadChecksum: 460,  # of the protocol tus
    domain.StorageAway: 503,
    raster.MLCoreError: 400,
    raster.OutsideRaster: 404,
    raster.FileTooLarge: 413,
    raster.NotAnswering: 503,
    raster.RemoteChanged: 409,
    SuspiciousOperation: 400,
    RequestDataTooBig: 413,
    Http404: 404,
    PermissionDenied: 403,
}

_MET = {  # by the code of SQLSTATE
    "23503": "What this belongs to was deleted in this very moment. Load the page again.",
    "40P01": "Somebody else is changing the same in this very moment. Try again.",
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an error that people caused; None leaves it to the server's own handling."""
    if isinstance(error, exceptions.APIException):
        return _from_rest_framework(error)
    if domain.is_disk_full(error):
        set_rollback()
        return Response(body("disk_full", domain.DISK_FULL), status=507)
    status = status_of(error)
    if status is None and (message := _met(error)):
        set_rollback()
        return Response(body("overtaken", message), status=409)
    if status is None:
        return None
    set_rollback()
    return Response(body(code_of(error), str(error) or "No such thing."), status=status)


def _met(error: Exception) -> str:
    """Return what to say where two people's changes met in the database, and one had to give way; '' if none did."""
    state = getattr(error.__cause__, "sqlstate", "") if isinstance(error, DatabaseError) else ""
    return _MET.get(state or "", "")


def status_of(error: Exception) -> int | None:
    """Return the status of the error's class or of its nearest listed ancestor."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def code_of(error: Exception) -> str:
    """Return the class's name in snake case, which clients may rely on."""
    name = type(error).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the one shape of every error."""
    error: dict[str, Any] = {"code": code, "message": _printable(message)}
    if fields:
        error["fields"] = {_printable(name): _printable(text) for name, text in fields.items()}
    return {"error": error}


def _printable(text: str) -> str:
    """Return the text as UTF-8 can carry it: messages quote what was sent, half of a surrogate pair for one."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _from_rest_framework(error: exceptions.APIException) -> Response:
    set_rollback()
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    if isinstance(error, exceptions.ValidationError):
        detail = error.detail if isinstance(error.detail, dict) else {}
        fields = {str(name): " ".join(_sentences(inner)) for name, inner in detail.items()}
        return Response(body("invalid", " ".join(_sentences(error.detail)), fields), error.status_code, headers=headers)
    code = error.get_codes()
    return Response(
        body(code if isinstance(code, str) else "error", str(error.detail)), error.status_code, headers=headers
    )


def _sentences(detail: Any, field: str = "") -> Iterator[str]:
    """Flatten nested validation errors to 'field: sentence'."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _sentences(inner, "" if name == "non_field_errors" else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _sentences(inner, field)
    else:
        yield f"{field}: {detail}" if field else str(detail)
