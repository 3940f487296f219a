"""Transfer: a file on its way in, whose parts come one after another."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Sum

from annotation import clock, storage
from annotation.clock import Moment
from annotation.errors import BadUpload
from annotation.models.projects import Project

KEPT = timedelta(days=3)  # since the last part
_BLOCK = 2**20  # bytes


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Many transfers."""

    def bytes(self) -> int:
        """Return how much all of them will be."""
        return self.aggregate(all=Sum("size"))["all"] or 0

    def expired(self) -> Self:
        """Return those of which nothing has come for long."""
        return self.filter(touched_at__lt=clock.now() - KEPT)


class Transfer(models.Model):
    """A file of which some has come: each part is a file of its own, so that any web process can take the next one."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="transfers")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)  # for people's eyes
    size = models.PositiveBigIntegerField()  # bytes when it is whole
    offset = models.PositiveBigIntegerField(default=0)  # bytes that are there
    folder = models.CharField(max_length=100)  # of its parts, relative to DATA_DIR
    parts = models.JSONField(default=list)  # their file names, in order
    touched_at = Moment(auto_now=True)
    created_at = Moment(auto_now_add=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        """Oldest first."""

        ordering = ["id"]
        indexes = [models.Index(fields=["touched_at"])]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def place(self) -> Path:
        """Return the absolute path of the folder of parts."""
        return Path(settings.DATA_DIR) / self.folder

    @property
    def is_whole(self) -> bool:
        """Return whether all has come."""
        return self.offset == self.size

    @property
    def expires_at(self) -> datetime:
        """Return when it is swept, if nothing more comes."""
        touched: datetime = self.touched_at
        return touched + KEPT

    def chunks(self) -> Iterator[bytes]:
        """Yield the content in pieces, as an upload does.

        Raises:
            BadUpload: a part is missing.
        """
        if not self.is_whole:
            raise BadUpload(f"{self.name} has come to {self.offset:,} of {self.size:,} bytes; send the rest first.")
        for part in self.parts:
            try:
                file = storage.opened(self.place / part)
            except FileNotFoundError:
                raise BadUpload(f"A part of {self.name} is gone; send it again.") from None
            with file:
                while piece := file.read(_BLOCK):
                    yield piece

    def grow(self, part: str, size: int) -> bool:
        """Count a part that is stored; False where somebody else's came first, or the transfer is gone."""
        same = Transfer.objects.filter(pk=self.pk, offset=self.offset)
        parts, now = [*self.parts, part], clock.now()
        if not same.update(offset=self.offset + size, parts=parts, touched_at=now):
            return False
        self.offset, self.parts, self.touched_at = self.offset + size, parts, now
        return True
