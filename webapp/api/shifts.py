"""/api/projects/{id}/scenes/{id}/shift/: how far a scene lies beside another one, and by how much it is moved."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_scene
from annotation.ingest.shifting import (
    accept_shift,
    comparable,
    drop_shift,
    others,
    request_check,
    waiting_check,
    words,
)
from annotation.models import Scene
from annotation.models.projects import Role
from webapp.api.parsing import Id
from webapp.tasks import dispatch_on_commit

MOST_OTHERS = 200
PICTURE_PX = 512


class ShiftForm(serializers.Serializer[Any]):
    """Either the scene to compare with, or that the last comparison is right."""

    reference = Id(required=False, help_text="scene that lies right")
    accept = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take one of the two."""
        if ("reference" in attrs) == bool(attrs.get("accept")):
            raise serializers.ValidationError('Send {"reference": scene} to compare, or {"accept": true}.')
        return attrs


class ShiftCheck(serializers.Serializer[Any]):
    """What the last comparison said."""

    reference = serializers.DictField(help_text="id and name")
    words = serializers.CharField()
    refusal = serializers.CharField(allow_blank=True, help_text="why nothing can be told")
    across_px = serializers.FloatField(help_text="of its own pixels, to the right")
    down_px = serializers.FloatField()
    metres = serializers.FloatField()
    spread_px = serializers.FloatField(help_text="between windows")
    windows = serializers.IntegerField()
    alike_before = serializers.FloatField(help_text="correlation, -1 to 1")
    alike_after = serializers.FloatField()
    bands = serializers.ListField(child=serializers.CharField())
    pictures = serializers.ListField(child=serializers.CharField(), allow_null=True, help_text="of both, as they lie")
    moves = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="the shift that is not applied yet, in sides of these",
    )


class ShiftKnown(serializers.Serializer[Any]):
    """How a scene is moved, and what is known of how it lies."""

    shift = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="own pixels: right, down")
    check = ShiftCheck(allow_null=True)
    checking = serializers.BooleanField(help_text="a job compares it now")
    others = serializers.ListField(child=serializers.DictField(), help_text="scenes that it can be compared with")


class ShiftAsked(serializers.Serializer[Any]):
    """The job that compares."""

    job = serializers.IntegerField()


class SceneShift(APIView):
    """How one scene lies."""

    @extend_schema(responses=ShiftKnown)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show how the scene is moved, what the last comparison said, and with what it can be compared."""
        return Response(known_of(get_scene(request.user, project_id, pk)))

    @extend_schema(request=ShiftForm, responses={202: ShiftAsked, 200: ShiftKnown})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Compare the scene with another one in the background, or accept what the last comparison said."""
        scene = get_scene(request.user, project_id, pk, Role.OWNER)
        form = ShiftForm(data=request.data)
        form.is_valid(raise_exception=True)
        if form.validated_data.get("accept"):
            known = known_of(accept_shift(scene))
            dispatch_on_commit()
            return Response(known)
        job = request_check(scene, get_scene(request.user, project_id, form.validated_data["reference"]))
        dispatch_on_commit()
        return Response({"job": job.pk}, status=202)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Read the scene again where its file says that it lies."""
        drop_shift(get_scene(request.user, project_id, pk, Role.OWNER))
        dispatch_on_commit()
        return Response(status=204)


def known_of(scene: Scene) -> dict[str, Any]:
    """Describe how a scene lies."""
    beside = others(scene) if comparable(scene) else Scene.objects.none()
    return {
        "shift": scene.shift,
        "check": _check(scene),
        "checking": waiting_check(scene) is not None,
        "others": [{"id": each.pk, "name": each.name, "acquired": each.moment} for each in beside[:MOST_OTHERS]],
    }


def _check(scene: Scene) -> dict[str, Any] | None:
    told = scene.shift_check
    reference = scene.project.scenes.filter(pk=told["reference"]).first() if told else None
    if not told or reference is None:
        return None
    plain = {name: told[name] for name in map(str, ShiftCheck().fields) if name in told}
    return {
        **plain,
        "reference": {"id": reference.pk, "name": reference.name},
        "words": words(scene.name, reference.name, told),
        "pictures": _pictures(scene, reference, told["samples"]),
        "moves": _moves(scene, told),
    }


def _pictures(scene: Scene, reference: Scene, samples: list[int] | None) -> list[str] | None:
    """Return the addresses of both scenes' pictures of one place, with half a tile around it."""
    if not samples:
        return None
    query = {"margin": scene.grid.tile_px // 2, "size": PICTURE_PX}
    return [
        f"{reverse('sample-chip', args=[scene.project_id, sample])}?"
        + urlencode({**query, "scene": each.pk, "moved": json_of(each.shift)})
        for sample, each in zip(samples, (scene, reference), strict=True)
    ]


def json_of(shift: list[float] | None) -> str:
    """Return what tells pictures of a scene that was moved from those before: browsers keep them."""
    return ",".join(map(str, shift)) if shift else ""


def _moves(scene: Scene, told: dict[str, Any]) -> list[float] | None:
    """Return how far the scene would move in its picture, in sides of it, if what was measured were accepted."""
    if not told["lattice_px"]:
        return None
    side = scene.grid.tile_px + 2 * (scene.grid.tile_px // 2)
    measured = told["across_px"], told["down_px"]
    already = scene.shift or [0.0, 0.0]
    if already == list(measured):
        return [0.0, 0.0]
    left = [(new - old) / new if new else 0.0 for new, old in zip(measured, already, strict=True)]
    return [round(px * share / side, 5) for px, share in zip(told["lattice_px"], left, strict=True)]
