"""What is sent to become imagery, and the answer that says what each file will be."""

from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.response import Response

from annotation import ingest
from annotation.ingest.transfers import MOST_OPEN
from webapp.api.errors import body
from webapp.api.moments import MomentField
from webapp.api.parsing import Id


class SceneUpload(serializers.Serializer[Any]):
    """Files that become scenes, with what is known of them."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        allow_empty=False,
        max_length=settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    )
    uploads = serializers.ListField(
        child=Id(),
        required=False,
        max_length=MOST_OPEN,
        help_text="numbers of files that came in parts to .../uploads/",
    )
    sensor = serializers.CharField(required=False, allow_blank=True)
    acquired = MomentField(required=False)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """Refuse a form without any file."""
        if not told.get("files") and not told.get("uploads"):
            raise serializers.ValidationError({"files": "Send files, or the numbers of uploads that are whole."})
        return told


class FileResult(serializers.Serializer[Any]):
    """What became of one file."""

    name = serializers.CharField()
    status = serializers.ChoiceField(["accepted", "duplicate", "refused"])
    message = serializers.CharField()


class UploadResult(serializers.Serializer[Any]):
    """What became of an upload; without accepted files there is no job."""

    job = serializers.IntegerField(allow_null=True)
    files = FileResult(many=True)


def upload_answer(receipt: ingest.Receipt) -> Response:
    """Answer 202 when there is work, 400 when every file was refused, else 200: there is nothing to do."""
    files = [result.to_dict() for result in receipt.files]
    answer = {"job": receipt.job.pk if receipt.job else None, "files": files}
    refused = [result for result in files if result["status"] == "refused"]
    if refused and len(refused) == len(files):
        return Response({**body("bad_upload", refused[0]["message"]), **answer}, status=400)
    return Response(answer, status=202 if receipt.job else 200)
