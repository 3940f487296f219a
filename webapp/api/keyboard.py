"""/api/keyboard/: the keys of the person who asks."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.keyboards import choose_keys, keys_of
from webapp.api.person import person

LONGEST = 40  # characters


class KeyboardSerializer(serializers.Serializer[Any]):
    """Keys that traded places: {the key that a page asks for: the key to press}."""

    keys = serializers.DictField(child=serializers.CharField(max_length=LONGEST, trim_whitespace=False))


class PersonKeyboard(APIView):
    """The keys of a person, on all pages of all projects."""

    @extend_schema(responses=KeyboardSerializer)
    def get(self, request: Request) -> Response:
        """Tell which keys this person changed."""
        return Response({"keys": keys_of(person(request))})

    @extend_schema(request=KeyboardSerializer, responses=KeyboardSerializer)
    def put(self, request: Request) -> Response:
        """Change them, in place of what was chosen before."""
        asked = KeyboardSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response({"keys": choose_keys(person(request), asked.validated_data["keys"])})
