"""/healthz/: whether the site can serve, for supervisors and load balancers; and what is said while it can't."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation.errors import StorageAway
from webapp.logs import request_id

RETRY_SECONDS = 2
# Of SQLSTATE: no connection, or a server that starts, stops or has just crashed. Without one, nobody answered at all.
_AWAY = ("08", "57P01", "57P02", "57P03")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers; it tells strangers nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke, with the number under which the log tells of it."""
    number = request_id()
    if not request.path.startswith("/api/"):
        return render(request, "500.html", {"number": number}, status=500)
    message = f"Something broke on the server. Tell whoever runs it the number {number}, under which its log says what."
    return JsonResponse({"error": {"code": "server_error", "message": message, "request_id": number}}, status=500)


def is_away(error: Exception) -> bool:
    """Return whether an error means that the database can't be reached now, and soon will be."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_AWAY)


class DatabaseAway:
    """Say in a sentence that database or files are away, with 503: pages and clients try again by themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer in the place of an error of the server."""
        if isinstance(exception, StorageAway):
            message = str(exception)
        elif is_away(exception):
            message = "The database does not answer just now. Try again in a moment."
        else:
            return None
        told = {"code": "unavailable", "message": message}
        told["request_id"] = request_id()
        wants_page = "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")
        answer = HttpResponse(told["message"]) if wants_page else JsonResponse({"error": told})
        answer.status_code = 503
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
