"""How lists are cut into pages, and the view that all lists share."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response


class Pages(PageNumberPagination):
    """Pages of 100, or as many as ?page_size= asks for."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class Listing(GenericAPIView[Any]):
    """A view that answers with a page of rows."""

    pagination_class = Pages

    def page(self, rows: QuerySet[Any]) -> Response:
        """Filter the rows as the query string says and answer with one page of them."""
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
