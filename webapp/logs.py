"""Logs: a line for each event, with the number of its request, and without secrets or names of strangers' files."""

import json
import logging
import re
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
ROOT = Path(__file__).resolve().parents[1]
_SENT = re.compile(r"[A-Za-z0-9-]{8,64}")
_of: ContextVar[str] = ContextVar("request_id", default="")

_SECRETS = [
    (re.compile(r"(?i)\b(token|bearer|basic)(\s+|[\"']?\s*[:=]\s*[\"']?)[^\s\"',;&]{6,}"), r"\1\2***"),
    (
        re.compile(r"(?i)\b(password|passwd|secret\w*|api_?key|sessionid|csrf\w*)([\"']?\s*[:=]\s*[\"']?)[^\s\"',;&]+"),
        r"\1\2***",
    ),
    (re.compile(r"\bts_[\w-]{16,}"), "ts_***"),
    (re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@"), r"\1:***@"),
    (re.compile(r"(/[^\s?\"']*)\?[^\s\"']+"), r"\1?***"),
]
# of data, in quotes or not; names of our own modules end otherwise
_KINDS = (
    "tiff?|vrt|jp2|jpe?g|png|gif|bmp|webp|img|hdr|bil|bsq|la[sz]|h5|hdf5?|he5|nc4?|zip|gz|tgz|tar|csv|json|geojson|xml"
    "|npy|npz|upload"
)
_FILES = [
    re.compile(rf"(?i)(?P<quote>['\"])[^'\"\n]*\.(?:{_KINDS})(?P=quote)"),
    re.compile(rf"(?i)[^\s'\",;:()\[\]]+\.(?:{_KINDS})\b"),
]


def plain(text: str) -> str:
    """Return a message without tokens, passwords, query strings and names of data files."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    for pattern in _FILES:
        text = pattern.sub("<file>", text)
    return text


def request_id() -> str:
    """Return the number of the request or task that this thread works on; '' outside of any."""
    return _of.get()


def begin(number: str = "") -> str:
    """Begin a request or a task, and return its number."""
    number = number or uuid.uuid4().hex[:16]
    _of.set(number)
    return number


class Lines(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the frames of an error below."""
        number = f" [{request_id()}]" if request_id() else ""
        time = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        return plain(f"{time} {record.levelname} {record.name}{number}: {super().format(record)}")


class Json(logging.Formatter):
    """Lines for machines: one JSON object each."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object in one line."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": plain(record.getMessage()),
        }
        if request_id():
            told["request_id"] = request_id()
        if isinstance(status := getattr(record, "status_code", None), int):
            told["status"] = status
        if record.exc_info and (error := record.exc_info[1]):
            told["error"] = {"type": type(error).__name__, "message": plain(str(error)), "frames": _frames(error)}
        return json.dumps(told, ensure_ascii=False)


def _frames(error: BaseException) -> list[str]:
    """Return where an error came through, the last first, without what lines held."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_shown(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames)][:40]


def _shown(file: str) -> str:
    return file.removeprefix(f"{ROOT}/").rpartition("site-packages/")[2]


class Numbered:
    """Give each request a number, which its lines and its answer carry; a proxy of ours may have given one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and tell the number."""
        sent = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
        number = begin(sent if _SENT.fullmatch(sent) else "")
        request.number = number  # type: ignore[attr-defined]  # for the page of an error
        response = self.get_response(request)
        response[HEADER] = number
        return response


def reform(name: str) -> None:
    """Write the lines of a logger that has handlers of its own, such as the web server's, in our form."""
    for handler in logging.getLogger(name).handlers:
        handler.setFormatter(Json() if settings.LOG_FORMAT == "json" else Lines())


def configuration(*, level: str, form: str) -> dict[str, Any]:
    """Return Django's LOGGING."""
    formatter = {"line": "webapp.logs.Lines", "json": "webapp.logs.Json"}[form]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": formatter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "numexpr": {"level": "WARNING"},  # it counts cores at every start
            # without handlers of their own: each event is one line
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
