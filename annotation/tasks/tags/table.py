"""Tables of tags: which sample has which tag, as far as somebody has told."""

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels
from annotation.models import Annotation, Schema

Table = NDArray[np.int8]  # [n, L]: 1 = has the tag, 0 = hasn't, -1 = not told


def table_of(labels: Labels, codes: NDArray[np.int64]) -> Table:
    """Return what labels say of the tags `codes` in use; a tag that came after a label was not told by it."""
    place = {int(code): at for at, code in enumerate(codes)}
    there = _there(labels)
    table = np.full((len(labels), len(codes)), -1, np.int8)
    for at, value in enumerate(labels.values):
        asked = [place[labels.recode[code]] for code in there[at] if code in labels.recode]
        table[at, asked] = 0
        for name, sign in (("unsure", -1), ("tags", 1)):
            for code in value.get(name, []):
                if code in labels.recode:
                    table[at, place[labels.recode[code]]] = sign
    return table


def _there(labels: Labels) -> list[list[int]]:
    """Return the codes of the classes that each label's author could choose from."""
    schema_of = dict(Annotation.objects.filter(pk__in=labels.annotations).values_list("pk", "schema"))
    schemas = Schema.objects.in_bulk(set(schema_of.values()))
    choices = {pk: [item["code"] for item in schema.classes if not item["retired"]] for pk, schema in schemas.items()}
    return [choices[schema_of[pk]] for pk in labels.annotations]
