"""Records: what an export tells of one sample, the same in every format. `docs/exports.md` names the fields.

A record is a plain dict, ready for JSON, without the entries of which there is nothing to tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.contrib.gis.db.models.functions import AsGeoJSON, GeoFunc
from django.db.models import F
from django.db.models.expressions import Combinable

from annotation.exports.cells import is_path
from annotation.exports.chips import Chip, chips_of, doubled_names
from annotation.exports.imagery import Imagery, Shown
from annotation.exports.shared import Shared
from annotation.exports.words import Words, heard_of
from annotation.models import Annotation, Sample

CHUNK = 2000
DECIMALS = 8  # of a degree: about a millimetre
LABELLED, NEGATIVE, UNSURE, SKIPPED, DISPUTED, UNLABELLED, NO_DATA = STATUSES = (
    "labelled", "negative", "unsure", "skipped", "disputed", "unlabelled", "no_data",
)  # fmt: skip

Record = dict[str, Any]


class ForcePolygonCCW(GeoFunc):
    """Exterior rings counter-clockwise, as RFC 7946 wants them."""

    geom_param_pos = (0,)

    function = "ST_ForcePolygonCCW"


COLUMNS: dict[str, Combinable] = {
    "sample": F("pk"),
    "index": F("index"),
    "state": F("state"),
    "tile": F("tile_id"),
    "grid": F("tile__grid_id"),
    "column": F("tile__column"),
    "row": F("tile__row"),
    "tile_name": F("tile__name"),
    "epoch": F("epoch_id"),
    "later_epoch": F("later_epoch_id"),
    "label": F("answer__label_id"),
    "value": F("answer__value"),
    "mask": F("answer__mask"),
    "reason": F("answer__reason"),
    "annotation": F("answer_id"),
    "version": F("answer__version"),
    "provenance": F("answer__provenance"),
    "author": F("answer__author_id"),
    "model_version": F("answer__model_version_id"),
    "acceptance": F("answer__acceptance_id"),
    "seconds": F("answer__seconds"),
    "interactions": F("answer__interactions"),
    "created_at": F("answer__created_at"),
    "schema": F("answer__schema_id"),
    "inclusion_probability": F("audit__probability"),
    "audit_kind": F("audit__kind"),
    "outline": AsGeoJSON(ForcePolygonCCW("tile__outline"), precision=DECIMALS),
}
_ACCEPTED = {Annotation.Provenance.MODEL_ACCEPTED.value, Annotation.Provenance.PROMISED.value}
_STATES = {
    Sample.State.UNSURE.value: UNSURE,
    Sample.State.DISPUTED.value: DISPUTED,
    Sample.State.EMPTY.value: NO_DATA,
}


class Records:
    """The samples of a project as records, in the order of their rows, with a constant need of memory."""

    def __init__(self, shared: Shared) -> None:
        """Read what records share."""
        self.shared, self.project, self.task = shared, shared.project, shared.task
        self.imagery = Imagery(shared.project)
        self.doubled = doubled_names(shared.project) if shared.ready_made else {}

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Yield the status of each sample, and its record as a line of JSON."""
        rows = Sample.objects.filter(project=self.project).order_by("index").values_list(*COLUMNS.values())
        chunk: list[Record] = []
        for values in rows.iterator(chunk_size=CHUNK):
            chunk.append(dict(zip(COLUMNS, values, strict=True)))
            if len(chunk) == CHUNK:
                yield from self._lines(chunk)
                chunk = []
        yield from self._lines(chunk)

    def _lines(self, chunk: list[Record]) -> Iterator[tuple[str, bytes]]:
        words = heard_of(self.shared, chunk)
        chips = chips_of(self.project, chunk, self.shared.ready_made)
        for row in chunk:
            record = self._record(row, words, chips)
            yield record["status"], orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)

    def _record(self, row: Record, words: Words, chips: Mapping[tuple[int, int], list[Chip]]) -> Record:
        """Turn a row of the query into a record, without what there is nothing to tell of."""
        audit = row["inclusion_probability"] is not None
        record: Record = {name: row[name] for name in ("sample", "index", "grid", "column", "row")}
        record["status"] = self._status(row, words)
        self._tell_place(record, row, chips)
        if row["annotation"] is not None:
            record |= self._label(row, words)
        if said := words.history(row):
            record["history"] = said
        if comments := words.comments.get(row["sample"]):
            record["comments"] = comments
        record["audit"] = audit
        if audit:
            record["inclusion_probability"], record["audit_kind"] = row["inclusion_probability"], row["audit_kind"]
        if row["outline"]:
            record["outline"] = orjson.Fragment(row["outline"])
        return record

    def _status(self, row: Record, words: Words) -> str:
        if row["annotation"] is not None:
            return NEGATIVE if self.task.says_nothing(row["value"]) else LABELLED
        known = _STATES.get(row["state"])
        return known or (SKIPPED if words.is_skipped(row["sample"]) else UNLABELLED)

    def _tell_place(self, record: Record, row: Record, chips: Mapping[tuple[int, int], list[Chip]]) -> None:
        grid, column, down = row["grid"], row["column"], row["row"]
        epochs = tuple(pk for pk in (row["epoch"], row["later_epoch"]) if pk)
        for field, pk in zip(("epoch", "later_epoch"), epochs, strict=False):
            record[field], record[f"{field}_name"] = pk, self.shared.epochs[pk]
        shown: Sequence[Chip | Shown]
        if grid in self.shared.ready_made:
            shown = [each for each in chips.get((grid, column), []) if self.imagery.shows(each.pk, epochs)]
            everything = chips.get((grid, column), [])
            name, stem = row["tile_name"], self._chip_stem(row)
            record["tile_files"] = [each.name for each in everything]
            if everything:
                record["chip"] = max(reversed(everything), key=lambda each: each.side).placed
        else:
            scenes = shown = self.imagery.of(grid, column, down, epochs)
            stem = name = f"{scenes[0].stem}-c{column}-r{down}" if scenes else ""
        stem = stem or f"tile-{row['index']:07d}"
        record["tile_name"] = name or stem
        record["stem"] = "-".join((stem, *map(str, epochs))) if epochs else stem
        if shown:
            newest = shown[0]
            record["scenes"] = [each.pk for each in shown]
            record["scene"], record["source"], record["sensor"] = newest.name, newest.source, newest.sensor
            if newest.acquired:
                record["acquired"] = newest.acquired
        for field, pk in zip(("epoch", "later_epoch"), epochs, strict=False):
            of_it = (each.acquired for each in shown if self.imagery.shows(each.pk, (pk,)))
            if day := next((day for day in of_it if day), None):
                record[f"{field}_acquired"] = day

    def _chip_stem(self, row: Record) -> str:
        name = row["tile_name"]
        first = self.doubled.get(name.lower(), row["tile"])
        return name if first == row["tile"] and is_path(name) else ""

    def _label(self, row: Record, words: Words) -> Record:
        record: Record = {name: row[name] for name in ("annotation", "version", "value", "provenance")}
        if row["label"]:
            final, given = self.shared.final[row["label"]], self.shared.classes[row["label"]]
            record["code"], record["name"], record["given_code"] = final.code, final.name, given.code
        record |= {name: row[name] for name in ("mask", "reason") if row[name]}
        record["author"] = author = self.shared.people.name(row["author"])
        if row["provenance"] in _ACCEPTED:
            record["accepted_by"] = author
        if row["model_version"]:
            record["model_version"] = self.shared.versions[row["model_version"]]
        if acceptance := self.shared.acceptances.get(row["acceptance"]):
            record["acceptance"], record["promised_kind"] = acceptance.pk, acceptance.kind
            record["promised_bound"], record["threshold"] = acceptance.bound, acceptance.threshold
        if origin := row["value"].get("copied_from"):
            record["copied_from"] = origin
        record["seconds"], record["created_at"] = row["seconds"], row["created_at"]
        if row["interactions"] is not None:
            record["interactions"] = row["interactions"]
        record["schema"] = self.shared.schemas[row["schema"]]
        return record | words.about_label(row)
