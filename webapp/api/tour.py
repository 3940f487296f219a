"""/api/tour/: whether the label page offers its guided tour to the person who asks."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.tours import want_tour, wants_tour
from webapp.api.person import person


class TourSerializer(serializers.Serializer[Any]):
    """Whether the tour comes by itself when the label page is opened next."""

    wanted = serializers.BooleanField()


class PersonTour(APIView):
    """The guided tour of a person, for all projects."""

    @extend_schema(responses=TourSerializer)
    def get(self, request: Request) -> Response:
        """Tell whether it is still to come."""
        return Response({"wanted": wants_tour(person(request))})

    @extend_schema(request=TourSerializer, responses=TourSerializer)
    def put(self, request: Request) -> Response:
        """End it for good, or let it come once more."""
        asked = TourSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response({"wanted": want_tour(person(request), wanted=asked.validated_data["wanted"])})
