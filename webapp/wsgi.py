"""The WSGI application that the web server runs."""

import os
import re
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from webapp import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';,\s]*)", re.IGNORECASE)
UTF_8 = {"", "utf-8", "utf8", "us-ascii", "ascii"}

django = get_wsgi_application()
logs.reform("gunicorn.error")
get_resolver().url_patterns  # noqa: B018 (load all views now: the first visitor must not wait for their imports)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request; one in another charset than UTF-8 never reaches Django, which fails before its own guards."""
    named = CHARSET.search(environ.get("CONTENT_TYPE", ""))
    if named and named[1].lower() not in UTF_8:
        start_response("415 Unsupported Media Type", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"Send UTF-8."]
    return django(environ, start_response)
