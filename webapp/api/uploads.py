"""/api/projects/{id}/uploads/: files that come in parts and go on after a break, by the protocol tus 1.0."""

import base64
import binascii
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project, get_transfer
from annotation.ingest.transfers import CHECKSUMS, Checksum, append, begin_transfer, end_transfer
from annotation.models import Transfer
from annotation.models.projects import Role
from webapp.api.errors import body
from webapp.api.person import person

VERSION = "1.0.0"
_OCTETS = "application/offset+octet-stream"
_DIGITS = 18


class Octets(BaseParser):
    """A body that is read as it comes, never as a whole."""

    media_type = _OCTETS

    def parse(  # type: ignore[override]
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> IO[Any]:
        """Return the stream."""
        return stream


class UploadSerializer(serializers.ModelSerializer[Transfer]):
    """A file on its way."""

    url = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField()

    class Meta:
        """Without the place of its parts."""

        model = Transfer
        fields = ["id", "url", "name", "size", "offset", "expires_at", "created_at"]
        read_only_fields = fields

    def get_url(self, transfer: Transfer) -> str:
        """Return where parts are sent."""
        return _address(transfer)


class TusView(APIView):
    """What all answers of the protocol have in common."""

    parser_classes = [Octets]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let people in as everywhere, before anything of the body is read."""
        super().initial(request, *args, **kwargs)
        self.speaks = request.headers.get("Tus-Resumable") == VERSION

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Say which version is spoken."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """Say what is spoken."""
        return Response(
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,expiration,checksum,termination",
                "Tus-Max-Size": str(settings.UPLOAD_LIMIT_MB * 2**20),
                "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            },
        )

    def other_version(self) -> Response | None:
        """Return the answer to a client of another version; None for one of ours."""
        if self.speaks:
            return None
        return Response(body("wrong_version", f"Send the header Tus-Resumable: {VERSION}."), status=412)


class UploadList(TusView):
    """The files that somebody is sending."""

    @extend_schema(responses=UploadSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List my files that were not taken in yet."""
        project = get_project(request.user, project_id, Role.OWNER)
        mine = project.transfers.filter(sender=request.user.pk)
        return Response(UploadSerializer(mine, many=True).data)

    @extend_schema(request=None, responses={201: None})
    def post(self, request: Request, project_id: int) -> Response:
        """Begin to send a file: its size is in Upload-Length, its name in Upload-Metadata."""
        project = get_project(request.user, project_id, Role.OWNER)
        if refusal := self.other_version():
            return refusal
        size, name = _number(request, "Upload-Length"), _name(request.headers.get("Upload-Metadata", ""))
        transfer = begin_transfer(project, person(request).pk, name=name, size=size)
        return Response(status=201, headers={"Location": _address(transfer), **_expiry(transfer)})


class UploadDetail(TusView):
    """One file that comes in parts."""

    @extend_schema(responses=UploadSerializer)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show how far it is."""
        return Response(UploadSerializer(get_transfer(request.user, project_id, pk)).data)

    @extend_schema(exclude=True)
    def head(self, request: Request, project_id: int, pk: int) -> Response:
        """Say at which byte it goes on."""
        transfer = get_transfer(request.user, project_id, pk)
        size = {"Upload-Length": str(transfer.size), "Cache-Control": "no-store"}
        return Response(status=200, headers={**_progress(transfer), **size})

    @extend_schema(request={_OCTETS: bytes}, responses={204: None})
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Take the next part, which begins at Upload-Offset."""
        transfer = get_transfer(request.user, project_id, pk)
        if refusal := self.other_version():
            return refusal
        if (request.content_type or "").partition(";")[0].strip() != _OCTETS:
            raise UnsupportedMediaType(request.content_type or "", f"Send parts as {_OCTETS}.")
        checksum = _checksum(request.headers.get("Upload-Checksum", ""))
        stream = request.stream
        if stream is not None:
            append(transfer, _number(request, "Upload-Offset"), stream, checksum=checksum)
        return Response(status=204, headers=_progress(transfer))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Give it up, and remove what has come."""
        end_transfer(get_transfer(request.user, project_id, pk))
        return Response(status=204)


def _address(transfer: Transfer) -> str:
    return reverse("api:upload-detail", args=[transfer.project_id, transfer.pk])


def _expiry(transfer: Transfer) -> dict[str, str]:
    return {"Upload-Expires": http_date(transfer.expires_at.timestamp())}


def _progress(transfer: Transfer) -> dict[str, str]:
    return {"Upload-Offset": str(transfer.offset), **_expiry(transfer)}


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise ParseError(f"Send the header {header}, a number of bytes.")
    return int(text)


def _name(metadata: str) -> str:
    """Return the name in pairs such as 'filename d29ybGQ=,filetype aW1hZ2U='.

    Raises:
        ParseError: it is no text in base64.
    """
    pairs = dict((pair.strip().split(" ", 1) + [""])[:2] for pair in metadata.split(","))
    try:
        return base64.b64decode(pairs.get("filename") or pairs.get("name") or "", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ParseError("Upload-Metadata: the name of a file is text in base64.") from None


def _checksum(text: str) -> Checksum | None:
    """Return what a part is said to be; None where nothing is said.

    Raises:
        ParseError: it is of no kind that is worked out here, or no base64.
    """
    if not text:
        return None
    algorithm, _, digest = text.partition(" ")
    try:
        if algorithm in CHECKSUMS:
            return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except (binascii.Error, ValueError):
        pass
    raise ParseError(f"Upload-Checksum: one of {', '.join(CHECKSUMS)}, a space, and the digest in base64.")
