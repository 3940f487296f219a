"""/api/projects/{id}/samples/{id}/posts/: what people wrote inside a tile, as plain words."""

from itertools import islice
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_sample
from annotation.told import told_in

_MOST = 500


class PostSerializer(serializers.Serializer[Any]):
    """One post: where and when it was written, and its words, which are text and never markup."""

    longitude = serializers.FloatField()
    latitude = serializers.FloatField()
    moment = serializers.CharField(allow_blank=True)
    text = serializers.CharField()


class SamplePosts(APIView):
    """The posts of one sample."""

    @extend_schema(responses=PostSerializer(many=True))
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """List at most 500 posts inside the tile, the oldest first."""
        sample = get_sample(request.user, project_id, pk)
        names = ("longitude", "latitude", "moment", "text")
        posts = islice(told_in(sample.project).posts_in(sample), _MOST)
        return Response([dict(zip(names, post, strict=True)) for post in posts])
