"""Validation: what a table's own validators and constraints refuse, in one readable line."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models

from annotation.errors import BadSettings


def check(row: models.Model, *, exclude: Sequence[str] = ()) -> None:
    """Refuse a row whose values its own table does not take."""
    try:
        row.full_clean(exclude=set(exclude))
    except ValidationError as error:
        lines = [f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items()]
        raise BadSettings(" ".join(lines).replace("__all__: ", "")) from error
