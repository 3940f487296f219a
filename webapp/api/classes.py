"""/api/projects/{id}/classes/: what labels may say."""

from typing import Any

from django.db.models import Case, When
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.class_lists import order_classes
from annotation.models import LabelClass, Project
from annotation.models.label_classes import HEX_COLOUR, HOTKEY, LONGEST_DEFINITION, LONGEST_NAME, in_order
from annotation.models.projects import PLAIN_NAME, Role
from annotation.projects import MOST_CLASSES, add_class, change_class, merge_class, retire_class
from webapp.api.pagination import Listing
from webapp.api.parsing import Id
from webapp.tasks import dispatch_on_commit


class ClassSerializer(serializers.ModelSerializer[LabelClass]):
    """A class as it stands."""

    merged_into = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)  # type: ignore[var-annotated]

    class Meta:
        """All that a client shows."""

        model = LabelClass
        fields = ["code", "name", "colour", "hotkey", "group", "definition", "retired", "merged_into"]


class ClassForm(serializers.Serializer[Any]):
    """What may be said of a class."""

    name = serializers.CharField(max_length=80, validators=[PLAIN_NAME])
    colour = serializers.CharField(max_length=7, validators=[HEX_COLOUR], required=False)
    hotkey = serializers.CharField(max_length=1, validators=[HOTKEY], required=False, allow_blank=True)
    group = serializers.CharField(
        max_length=LONGEST_NAME,
        validators=[PLAIN_NAME],
        required=False,
        allow_blank=True,
        help_text="The heading under which lists of classes show it.",
    )
    definition = serializers.CharField(
        max_length=LONGEST_DEFINITION,
        required=False,
        allow_blank=True,
        help_text="What belongs to it and what does not, in plain words.",
    )


class ClassChange(ClassForm):
    """A change of a class: its fields, or the class that it becomes part of."""

    merged_into = Id(required=False)


class PlacedClass(serializers.Serializer[Any]):
    """A class at its place in the list."""

    code = Id()
    group = serializers.CharField(
        max_length=LONGEST_NAME,
        validators=[PLAIN_NAME],
        required=False,
        allow_blank=True,
        help_text="As it is, where you leave it out.",
    )


class ClassOrder(serializers.Serializer[Any]):
    """The classes in use in another order."""

    classes = serializers.ListField(child=PlacedClass(), max_length=MOST_CLASSES)
    seen = serializers.ListField(
        child=Id(), max_length=MOST_CLASSES, help_text="The codes of the classes in use in the order that you saw."
    )


class ClassList(Listing):
    """The classes of a project."""

    serializer_class = ClassSerializer
    queryset = LabelClass.objects.none()

    def get_object(self) -> Project:
        """Return the project whose classes are put in order: asked for where somebody asks what may be done here."""
        return get_project(self.request.user, self.kwargs["project_id"], Role.OWNER)

    @extend_schema(responses=ClassSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the classes in the order in which people see them, retired ones too."""
        project = get_project(request.user, project_id)
        listed = [When(pk=row.pk, then=at) for at, row in enumerate(in_order(project.classes.all()))]
        return self.page(project.classes.select_related("merged_into").order_by(Case(*listed)))

    @extend_schema(request=ClassForm, responses={201: ClassSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Add a class; colour and key are chosen where you leave them out."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = ClassForm(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(ClassSerializer(add_class(project, **form.validated_data)).data, status=201)

    @extend_schema(request=ClassOrder, responses={200: ClassSerializer(many=True), 409: OpenApiTypes.OBJECT})
    def put(self, request: Request, project_id: int) -> Response:
        """Put the classes in use in another order, or under other groups; 409 where the list changed since `seen`."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = ClassOrder(data=request.data)
        form.is_valid(raise_exception=True)
        ordered = order_classes(project, form.validated_data["classes"], seen=form.validated_data["seen"])
        return Response(ClassSerializer(ordered, many=True).data)


class ClassDetail(APIView):
    """One class."""

    @extend_schema(request=ClassChange(partial=True), responses=ClassSerializer)
    def patch(self, request: Request, project_id: int, code: int) -> Response:
        """Rename, recolour or define a class, or merge it into another."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = ClassChange(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        into = fields.pop("merged_into", None)
        if into is not None:
            changed = merge_class(project, code, into)
            dispatch_on_commit()
        else:
            changed = change_class(project, code, **fields)
        return Response(ClassSerializer(changed).data)

    @extend_schema(responses=ClassSerializer)
    def delete(self, request: Request, project_id: int, code: int) -> Response:
        """Retire a class: its labels stay, nobody can give it any more."""
        project = get_project(request.user, project_id, Role.OWNER)
        return Response(ClassSerializer(retire_class(project, code)).data)
