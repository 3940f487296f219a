"""Class lists: many classes at once, out of a table, JSON or pasted lines; looked at first, added all or none."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.class_lists import MOST_TEXT, Fate, Standing, add_list, judge
from annotation.models.label_classes import LONGEST_NAME
from annotation.models.projects import Role
from annotation.projects import MOST_CLASSES
from annotation.tasks import TASKS

TEXT = (
    "CSV with or without a header (name, colour, definition, group, hotkey, code), JSON (a list of names or classes, "
    "an own class table, COCO's `categories`), or a name a line."
)


class ListForm(serializers.Serializer[Any]):
    """A list of classes as text."""

    text = serializers.CharField(max_length=MOST_TEXT, trim_whitespace=False, help_text=TEXT)
    preview = serializers.BooleanField(default=False, help_text="Only say what would become of each line.")


class TypedClass(serializers.Serializer[Any]):
    """A class of a project that is being made, as far as it was typed."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    colour = serializers.CharField(max_length=7, required=False, default="", allow_blank=True)
    hotkey = serializers.CharField(max_length=1, required=False, default="", allow_blank=True)


class DraftForm(serializers.Serializer[Any]):
    """A list of classes for a project that is being made."""

    text = serializers.CharField(max_length=MOST_TEXT, trim_whitespace=False, help_text=TEXT)
    task = serializers.ChoiceField(sorted(TASKS))
    classes = serializers.ListField(child=TypedClass(), required=False, default=list, max_length=MOST_CLASSES)


class VerdictSerializer(serializers.Serializer[Any]):
    """What becomes of a line, and the class as it is then."""

    line = serializers.IntegerField()
    fate = serializers.ChoiceField([(each.value, each.value) for each in Fate])
    why = serializers.CharField()
    code = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    colour = serializers.CharField()
    hotkey = serializers.CharField()
    group = serializers.CharField()
    definition = serializers.CharField()


class ListReport(serializers.Serializer[Any]):
    """What becomes of each line."""

    lines = VerdictSerializer(many=True)


class ClassLists(APIView):
    """Lists of classes for a project."""

    @extend_schema(request=ListForm, responses={200: ListReport, 201: ListReport})
    def post(self, request: Request, project_id: int) -> Response:
        """Add the classes of a list, all or none; 400 says what is wrong by line. `preview` adds nothing."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = ListForm(data=request.data)
        form.is_valid(raise_exception=True)
        text, preview = form.validated_data["text"], form.validated_data["preview"]
        if not preview:
            return Response({"lines": list(map(asdict, add_list(project, text)))}, status=201)
        standing = Standing.of(project.task, project.classes.all())
        return Response({"lines": list(map(asdict, judge(text, standing)))})


class DraftLists(APIView):
    """Lists of classes for a project that is being made."""

    @extend_schema(request=DraftForm, responses=ListReport)
    def post(self, request: Request) -> Response:
        """Say what would become of each line of a list beside the classes typed so far; nothing is kept."""
        form = DraftForm(data=request.data)
        form.is_valid(raise_exception=True)
        standing = Standing(form.validated_data["task"], made=False)
        for each in form.validated_data["classes"]:
            standing.enter(each["name"], each["hotkey"], each["colour"])
        return Response({"lines": list(map(asdict, judge(form.validated_data["text"], standing)))})
