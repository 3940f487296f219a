"""/api/projects/{id}/qgis/: a project file for QGIS, with a key of its own in it."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.models import Project
from annotation.models.label_classes import in_order
from annotation.models.tokens import TokenScope
from annotation.tokens import issue
from webapp.api.feature_rows import extent_of
from webapp.api.person import person
from webapp.api.pictured import pictured
from webapp.api.qgis_project import Layer, write_project

MOST_SCENES = 50  # the newest; a folder of ten thousand chips is no map
MOST_LAYERS = 200
MOST_SHOWN = 2  # scenes, when the file is opened


class QgisWish(serializers.Serializer[Any]):
    """For how long the file is to work."""

    days = serializers.IntegerField(required=False, min_value=1, max_value=36_500)


class QgisFile(serializers.Serializer[Any]):
    """The file, which holds a key: whoever has it reads this project until the key ends or is revoked."""

    name = serializers.CharField()
    content = serializers.CharField(help_text="XML, to be stored under that name")
    token = serializers.IntegerField(help_text="the token's number, under which it is listed and revoked")


class Qgis(APIView):
    """A project file for QGIS."""

    @extend_schema(request=QgisWish, responses={201: QgisFile})
    def post(self, request: Request, project_id: int) -> Response:
        """Make a file with scenes in all views, labels and suggestions as features; it reads this project alone."""
        project = get_project(request.user, project_id)
        form = QgisWish(data=request.data)
        form.is_valid(raise_exception=True)
        name = f"QGIS: {project.name}"[:80]
        token, key = issue(
            person(request), name=name, scope=TokenScope.READ, project=project, days=form.validated_data.get("days")
        )
        layers = layers_of(project, request.build_absolute_uri("/")[:-1])
        content = write_project(project.name, layers, key, extent=extent_of(project))
        return Response({"name": f"terrascribe-{project.pk}.qgs", "content": content, "token": token.pk}, status=201)


def layers_of(project: Project, site: str) -> list[Layer]:
    """Return what the file shows, from the top."""
    colours = [(item.name, item.colour) for item in in_order(project.classes.all())]
    features = site + reverse("api:ogc", args=[project.pk])
    layers = [Layer(name.title(), "OAPIF", f"{features}|{name}", colours) for name in ("labels", "suggestions")]
    for place, item in enumerate(pictured(project, most=MOST_SCENES)):
        for look in item.looks:
            title = item.title if look.view is None else f"{item.title}: {look.title}"
            shown = place < MOST_SHOWN and look.view is None
            layers.append(Layer(title, "wms", site + item.template(look), zoom=item.zoom, shown=shown))
    return layers[:MOST_LAYERS]
