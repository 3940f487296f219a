"""/api/projects/{id}/comments/ and /api/inbox/: what people write about tiles, and what of it is for whom."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import comments
from annotation.access import get_comment, get_project, get_sample
from annotation.models import Comment
from annotation.models.blindness import is_blind
from annotation.models.comments import LONGEST
from annotation.models.projects import Role
from webapp.api.person import person


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """Something that somebody wrote about a tile."""

    author = serializers.CharField(source="author.get_username", read_only=True)
    index = serializers.IntegerField(source="sample.index", read_only=True, help_text="of the tile")
    told_by = serializers.SerializerMethodField(
        help_text="who wrote it, as the file tells that it came in from; or empty"
    )
    told_at = serializers.SerializerMethodField(help_text="and when")
    settled = serializers.SerializerMethodField(help_text="whether somebody said that its flag needs no further look")

    class Meta:
        """The author by name."""

        model = Comment
        fields = ["id", "sample", "index", "author", "told_by", "told_at", "text", "flags", "settled", "created_at"]
        read_only_fields = fields

    def get_told_by(self, comment: Comment) -> str:
        """Return the writer's name in another project."""
        return str(comment.told.get("author", ""))

    def get_told_at(self, comment: Comment) -> str:
        """Return the time there."""
        return str(comment.told.get("created_at", ""))

    def get_settled(self, comment: Comment) -> bool:
        """Return whether its flag was settled."""
        return comment.settled_by_id is not None


class CommentForm(serializers.Serializer[Any]):
    """What is written."""

    text = serializers.CharField(max_length=LONGEST, help_text="plain text")
    flags = serializers.BooleanField(default=False, help_text="asks reviewers for a look")


class SettleForm(serializers.Serializer[Any]):
    """What becomes of a flag."""

    settled = serializers.BooleanField()


class Comments(serializers.Serializer[Any]):
    """Comments."""

    results = CommentSerializer(many=True)


class SampleCommentsAnswer(Comments):
    """The comments on a tile."""

    hidden = serializers.CharField(help_text="why none is told, or empty")


class InboxItem(serializers.Serializer[Any]):
    """Something for you."""

    kind = serializers.ChoiceField(["comment", "flag", "review", "assignment"])
    who = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()
    project = serializers.IntegerField()
    project_name = serializers.CharField()
    sample = serializers.IntegerField(allow_null=True, help_text="none: it is about many, of an assignment")
    index = serializers.IntegerField(allow_null=True, help_text="of the tile")
    new = serializers.BooleanField()


class InboxAnswer(serializers.Serializer[Any]):
    """What others wrote or decided about tiles that you had a hand in or gave you to label, the latest first."""

    unread = serializers.IntegerField()
    items = InboxItem(many=True)


class SampleComments(APIView):
    """The comments on one tile."""

    @extend_schema(responses=SampleCommentsAnswer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """List them, the first first; of an audit that waits for its label none, and `hidden` says so."""
        sample = get_sample(request.user, project_id, pk)
        rows = CommentSerializer(comments.comments_on(sample), many=True).data
        return Response({"results": rows, "hidden": comments.HIDDEN if is_blind(sample) else ""})

    @extend_schema(request=CommentForm, responses={201: CommentSerializer})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Write one."""
        sample = get_sample(request.user, project_id, pk, Role.ANNOTATOR)
        form = CommentForm(data=request.data)
        form.is_valid(raise_exception=True)
        made = comments.add_comment(sample, person(request), **form.validated_data)
        return Response(CommentSerializer(made).data, status=201)


class FlagList(APIView):
    """The open flags of a project."""

    @extend_schema(responses=Comments)
    def get(self, request: Request, project_id: int) -> Response:
        """List those that nobody settled, the latest first."""
        rows = comments.flagged(get_project(request.user, project_id))
        return Response({"results": CommentSerializer(rows, many=True).data})


class CommentDetail(APIView):
    """One comment."""

    @extend_schema(request=SettleForm, responses=CommentSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Settle its flag, or open it again."""
        comment, _role = get_comment(request.user, project_id, pk)
        form = SettleForm(data=request.data)
        form.is_valid(raise_exception=True)
        comments.settle_comment(comment, person(request), **form.validated_data)
        return Response(CommentSerializer(comment).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Delete your own, or as an owner anybody's."""
        comment, role = get_comment(request.user, project_id, pk)
        comments.remove_comment(comment, person(request), role)
        return Response(status=204)


class Inbox(APIView):
    """What is for the person who asks."""

    @extend_schema(responses=InboxAnswer)
    def get(self, request: Request) -> Response:
        """List the latest hundred."""
        return Response(InboxAnswer(comments.inbox(person(request))).data)


class InboxSeen(APIView):
    """A look into the inbox."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Remember that all of it was seen."""
        comments.look_into_inbox(person(request))
        return Response(status=204)
