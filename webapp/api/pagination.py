"""How lists are told: cut into pages, by numbers or by a cursor, or streamed whole as lines of JSON."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.middleware.http import ConditionalGetMiddleware
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

MOST_A_PAGE = 1000


class Unchanged(ConditionalGetMiddleware):
    """Answer 304 where what the API would send is what its client has; pages are new each time anyway."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the content of an answer, and leave it out where the client knows it."""
        if not request.path_info.startswith("/api/"):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer


class Pages(PageNumberPagination):
    """Pages of 100, or as many as ?page_size= asks for."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = MOST_A_PAGE

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the cursor, too."""
        told = (
            "instead of `page`: empty for the first page, then as `next` says; its pages do not shift while rows come"
        )
        cursor = {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}, "description": told}
        return [*super().get_schema_operation_parameters(view), cursor]


class ByCursor(CursorPagination):
    """Pages in the order in which rows were made, each found by where the one before ended."""

    page_size = Pages.page_size
    page_size_query_param = Pages.page_size_query_param
    max_page_size = MOST_A_PAGE
    ordering = "id"

    def get_ordering(self, *_: Any) -> tuple[str, ...]:
        """Return the order, whatever the list's own is: a cursor needs one without ties."""
        return (self.ordering,)


class JsonLines(JSONRenderer):
    """One row a line (NDJSON), for who sends `Accept: application/x-ndjson`."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class Listing(GenericAPIView[Any]):
    """A view that answers with a page of rows, or with all of them as lines."""

    renderer_classes = [JSONRenderer, JsonLines]

    @property
    def pagination_class(self) -> type[Pages | ByCursor]:  # type: ignore[override]
        """Return how the list is cut."""
        asked = getattr(self, "request", None)  # the schema asks without a request
        return ByCursor if asked is not None and "cursor" in asked.query_params else Pages

    def page(self, rows: QuerySet[Any]) -> HttpResponseBase:
        """Filter the rows as the query string says and answer with one page of them, or with all as lines."""
        filtered = self.filter_queryset(rows)
        if isinstance(self.request.accepted_renderer, JsonLines):
            return StreamingHttpResponse(self.lines(filtered), content_type=JsonLines.media_type)
        page = self.paginate_queryset(filtered)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def lines(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        """Yield each row as a line; memory does not grow with their number."""
        serializer = self.get_serializer()
        for row in rows.iterator(chunk_size=MOST_A_PAGE):
            yield orjson.dumps(serializer.to_representation(row), option=orjson.OPT_APPEND_NEWLINE)
