"""/api/projects/{id}/annotations/bulk/: many answers in one request, each kept or refused by itself."""

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.errors import AlreadyAnswered, AnnotationError
from annotation.models.projects import Role
from mlcore.errors import MLCoreError
from webapp.api.annotations import AnnotationForm, keep
from webapp.api.errors import code_of, status_of
from webapp.api.person import person
from webapp.tasks import dispatch_on_commit

MOST_AT_ONCE = 1000


class BulkForm(serializers.Serializer[Any]):
    """Many answers, each as a single one is sent."""

    answers = serializers.ListField(child=serializers.DictField(), allow_empty=False, max_length=MOST_AT_ONCE)


class BulkResult(serializers.Serializer[Any]):
    """What became of one answer."""

    status = serializers.IntegerField(help_text="as if it had been sent alone: 201, or of the error")
    annotation = serializers.IntegerField(allow_null=True, help_text="its id; of a conflict, the id of theirs")
    code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class BulkAnswer(serializers.Serializer[Any]):
    """What became of each, in the order in which they were sent."""

    kept = serializers.IntegerField()
    results = BulkResult(many=True)


class AnnotationBulk(APIView):
    """Answers in bulk."""

    @extend_schema(request=BulkForm, responses=BulkAnswer)
    def post(self, request: Request, project_id: int) -> Response:
        """Keep up to 1,000 answers; one that is refused says why and holds up no other. Sent twice, kept once."""
        project, author = get_project(request.user, project_id, Role.ANNOTATOR), person(request)
        form = BulkForm(data=request.data)
        form.is_valid(raise_exception=True)
        results = [_result(project.pk, author, answer) for answer in form.validated_data["answers"]]
        dispatch_on_commit(project.pk)
        return Response({"kept": sum(result["status"] == 201 for result in results), "results": results})


def _result(project_id: int, author: User, answer: dict[str, Any]) -> dict[str, Any]:
    form = AnnotationForm(data=answer)
    try:
        if not form.is_valid():
            told = " ".join(f"{name}: {' '.join(map(str, lines))}" for name, lines in form.errors.items())
            return _refused(400, "invalid", told)
        kept = keep(project_id, author, form)
    except AlreadyAnswered as error:
        return {**_refused(409, code_of(error), str(error)), "annotation": error.theirs}
    except (AnnotationError, MLCoreError) as error:
        return _refused(status_of(error) or 400, code_of(error), str(error))
    if kept is None:
        return _refused(404, "not_found", f"This project has no tile {form.validated_data['sample']}.")
    return {"status": 201, "annotation": kept.annotation.pk}


def _refused(status: int, code: str, message: str) -> dict[str, Any]:
    return {"status": status, "annotation": None, "code": code, "message": message}
