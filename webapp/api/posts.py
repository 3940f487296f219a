"""/api/projects/{id}/samples/{id}/posts/: what people wrote inside a tile, as plain words."""

from itertools import islice
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_sample
from annotation.told import places_in_tile, told_in

_MOST = 500


class PostSerializer(serializers.Serializer[Any]):
    """One post: where and when it was written, and its words, which are text and never markup."""

    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    moment = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    language = serializers.CharField(allow_blank=True, help_text="ISO 639, as guessed when the file came in")
    x = serializers.FloatField(help_text="px of the tile, to the right from its upper left corner")
    y = serializers.FloatField(help_text="px of the tile, downwards")


class SamplePosts(APIView):
    """The posts of one sample."""

    @extend_schema(responses=PostSerializer(many=True))
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """List at most 500 posts inside the tile, the oldest first."""
        sample = get_sample(request.user, project_id, pk)
        posts = list(islice(told_in(sample.project).posts_in(sample), _MOST))
        places = places_in_tile(sample, posts)
        return Response([post._asdict() | {"x": x, "y": y} for post, (x, y) in zip(posts, places, strict=True)])
