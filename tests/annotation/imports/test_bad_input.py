"""Bad files: each is refused or listed with words that help, and nothing is half written."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation import imports, jobs
from annotation.errors import BadSettings, BadUpload, NotReady
from annotation.models import Annotation, Import, Job
from annotation.models.projects import Role
from tests import factories
from tests.annotation.imports.conftest import done, fates, looked_at, messages, taken, zip_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(project, samples, alice, exported):
    """Return the members of an export of twelve labels."""
    factories.label_all(samples, alice)
    with zipfile.ZipFile(exported(project, "geojson")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def copy(alice, tmp_path):
    """Return a project of the same ground."""
    made = factories.make_project(alice, name="Copy")
    factories.make_scene(made, tmp_path, name="copy")
    return made


def refused(project, user, content, name="labels.zip") -> str:
    """Return why a file cannot be read."""
    row = imports.request(project, user, io.BytesIO(content), name=name)
    jobs.run(row.job_id)
    job = Job.objects.get(pk=row.job_id)
    assert job.state == Job.State.FAILED
    assert not row.items.exists()
    return job.error


def without_sums(members, **changes):
    """Return an export with other members, and no checksums."""
    return zip_of({**{name: data for name, data in members.items() if name != "SHA256SUMS"}, **changes})


def test_it_works(export, copy, alice):
    assert fates(looked_at(copy, alice, zip_of(export))) == {"taken": 12}


def test_a_truncated_zip_is_refused(export, copy, alice):
    assert "damaged archive, or cut off" in refused(copy, alice, zip_of(export)[:-200])


def test_checksums_that_fail_are_told(export, copy, alice):
    changed = {**export, "samples.jsonl": export["samples.jsonl"].replace(b'"class":1', b'"class":2', 1)}
    assert "samples.jsonl in labels.zip is not what was exported" in refused(copy, alice, zip_of(changed))
    lacking = {name: data for name, data in export.items() if name != "labels.geojson"}
    assert "lacks 'labels.geojson'" in refused(copy, alice, zip_of(lacking))


def test_names_that_leave_the_archive_are_refused(export, copy, alice):
    for name in ("../../etc/passwd", "/etc/passwd", "c:\\x", "a\\..\\..\\b"):
        assert "wants to lie elsewhere" in refused(copy, alice, zip_of({**export, name: b"x"}))


def test_bombs_are_refused(copy, alice):
    assert "times its size" in refused(copy, alice, zip_of({"samples.jsonl": b"0" * 200_000_000}))


def test_other_files_are_told_which_formats_there_are(copy, alice):
    for content in (b"\x00" * 100, b"hello", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"):
        error = refused(copy, alice, content, "x.bin")
        assert "Export of Terrascribe" in error or "damaged archive" in error
    with pytest.raises(BadUpload, match="is empty"):
        imports.request(copy, alice, io.BytesIO(b""), name="empty.zip")


def test_lines_that_are_broken_are_listed_and_the_others_taken(export, copy, alice):
    lines = export["samples.jsonl"].decode().splitlines()
    lines[1] = lines[1][:40]
    lines[2] = '{"value": {"class": 77}, "sample": 1}'
    lines[3] = "[]"
    lines[4] = '{"value": {"class": "\\u0000"}, "sample": 1}'
    lines[5] = "[" * 100_000
    row = looked_at(copy, alice, without_sums(export, **{"samples.jsonl": "\n".join(lines)}))
    assert fates(row) == {"taken": 7, "broken": 5}
    assert "class 77 is not in classes.json" in messages(row)["line 3"]
    assert "no SHA256SUMS" in row.report["notes"][0]


def test_labels_outside_all_tiles_are_listed(export, alice, tmp_path):
    small = factories.make_project(alice, name="Small")
    factories.make_scene(small, tmp_path, name="small", size=(3, 32, 32))
    row = looked_at(small, alice, zip_of(export))
    assert fates(row) == {"taken": 1, "outside": 11}
    assert set(row.items.filter(fate="outside").values_list("message", flat=True)) == {
        "No tile of the project lies there."
    }


def test_said_twice_counts_once_and_contradictions_are_listed(export, copy, alice):
    lines = export["samples.jsonl"].decode().splitlines()
    other = json.loads(lines[0])
    other["code"], other["value"] = 3, {"class": 3}
    content = "\n".join([*lines[:1], lines[0], json.dumps(other)])
    row = looked_at(copy, alice, without_sums(export, **{"samples.jsonl": content}))
    assert fates(row) == {"taken": 1, "known": 1, "conflict": 1}
    assert messages(row)["line 2"] == "The file says the same at line 1."
    assert messages(row)["line 3"] == "The file says another thing of this tile at line 1; that one is taken."


def test_dates_in_the_future_are_remarked(export, copy, alice):
    later = (timezone.now() + timedelta(days=400)).isoformat()
    record = {**json.loads(export["samples.jsonl"].decode().splitlines()[0]), "created_at": later}
    row = looked_at(copy, alice, without_sums(export, **{"samples.jsonl": json.dumps(record)}))
    assert fates(row) == {"taken": 1}
    assert "made in the future" in messages(row)["line 1"]
    row = taken(row)
    assert Annotation.objects.get(import_item__of=row).created_at <= timezone.now()


def test_other_projects_ids_mean_nothing(export, project, copy, alice, bob, mallory):
    """Samples of one project, named by id in a file, are never touched by an import into another."""
    before = list(project.samples.values_list("answer", flat=True))
    elsewhere = factories.make_project(mallory, name="Elsewhere")
    row = looked_at(elsewhere, mallory, zip_of(export))
    assert fates(row) == {"outside": 12}
    with pytest.raises(NotReady, match="nothing new"):
        imports.confirm(row, mallory)
    assert list(project.samples.values_list("answer", flat=True)) == before


def test_an_older_export_without_newer_fields_is_read(export, copy, alice):
    records = [json.loads(line) for line in export["samples.jsonl"].decode().splitlines()]
    old = [{name: row[name] for name in ("sample", "column", "row", "outline", "value")} for row in records]
    first = {name: data for name, data in export.items() if name not in ("samples.jsonl", "project.json")}
    row = looked_at(copy, alice, without_sums(first, **{"annotations.jsonl": "\n".join(map(json.dumps, old))}))
    assert fates(row) == {"taken": 12}


def test_what_is_there_stays_unless_it_is_to_give_way(export, copy, alice, bob):
    factories.join(copy, bob, Role.ANNOTATOR)
    first, second = copy.samples.order_by("index")[:2]
    factories.label(first, bob, 1)
    factories.label(second, bob, 3)
    row = looked_at(copy, alice, zip_of(export))
    assert fates(row) == {"taken": 10, "known": 1, "conflict": 1}
    assert messages(row)["line 2"] == "The tile is labelled Bare rock."
    row = taken(row, options={"replace": True})
    second.refresh_from_db()
    assert (second.answer.author, second.answer.value) == (alice, {"class": 2})
    assert second.annotations.filter(author=bob, current=True).exists()
    done(imports.ask_undo(row, alice))
    second.refresh_from_db()
    assert (second.answer.author, second.answer.value) == (bob, {"class": 3})


def test_what_changed_since_it_was_looked_at_is_left_alone(export, copy, alice, bob):
    factories.join(copy, bob, Role.ANNOTATOR)
    row = looked_at(copy, alice, zip_of(export))
    first = copy.samples.order_by("index").first()
    factories.label(first, bob, 3)
    row = taken(row)
    first.refresh_from_db()
    assert first.answer.author == bob
    assert row.items.filter(annotation__isnull=False).count() == 11
    assert row.items.get(fate="conflict").message == "The tile was changed since this was looked at."


def test_audits_that_wait_are_left_to_people_unless_it_is_truth(export, copy, alice):
    first = copy.samples.order_by("index").first()
    factories.make_audit(first)
    row = looked_at(copy, alice, zip_of(export))
    assert fates(row) == {"taken": 11, "conflict": 1}
    row = taken(row, trust="truth")
    assert row.items.filter(annotation__isnull=False).count() == 12
    assert copy.samples.filter(audit__isnull=False, state="labelled").count() == 12
    assert sorted(set(copy.samples.values_list("audit__kind", flat=True))) == ["imported", "uniform"]
    from annotation.tasks import task_of

    assert not task_of(copy).taught(copy).exists()


def test_a_label_that_was_corrected_since_is_not_imported_again(export, copy, alice, bob):
    factories.join(copy, bob, Role.ANNOTATOR)
    taken(looked_at(copy, alice, zip_of(export)))
    first = copy.samples.order_by("index").first()
    factories.label(first, bob, 3, force=True)
    assert fates(looked_at(copy, alice, zip_of(export))) == {"known": 12}


def test_undoing_leaves_what_somebody_changed(export, copy, alice, bob):
    factories.join(copy, bob, Role.ANNOTATOR)
    row = taken(looked_at(copy, alice, zip_of(export)))
    first = copy.samples.order_by("index").first()
    factories.label(first, bob, 3, force=True)
    row = done(imports.ask_undo(row, alice))
    assert row.state == "undone"
    assert list(copy.samples.exclude(answer=None).values_list("answer__author__username", flat=True)) == ["bob"]
    assert fates(looked_at(copy, alice, zip_of(export))) == {"taken": 11, "conflict": 1}


def test_a_killed_taking_goes_on_where_it_stopped(export, copy, alice, monkeypatch):
    from annotation.imports import taking

    row = looked_at(copy, alice, zip_of(export))
    monkeypatch.setattr(taking, "BATCH", 5)
    row = imports.confirm(row, alice)

    def killed(share, message):
        raise SystemExit

    with pytest.raises(SystemExit):
        taking.take(row, killed)
    assert copy.samples.exclude(answer=None).count() == 5
    row = done(row)
    assert copy.samples.exclude(answer=None).count() == 12
    assert Annotation.objects.filter(sample__project=copy).count() == 12


def test_mappings_and_options_are_checked(export, copy, alice):
    row = looked_at(copy, alice, zip_of(export))
    options = ({"cover": "half"}, {"crs": "nonsense"}, {"colour": "red"}, {"swapped": "yes"})
    changes = [{"mapping": {"1": 99}}, {"mapping": {"nope": 1}}, {"trust": "blind"}, *({"options": o} for o in options)]
    for wrong in changes:
        with pytest.raises(BadSettings):
            imports.change(row, alice, **wrong)


def test_an_import_that_made_labels_cannot_be_dropped(export, copy, alice):
    row = looked_at(copy, alice, zip_of(export))
    imports.remove(row)
    assert not Import.objects.exists()
    assert not row.file.exists()
    row = taken(looked_at(copy, alice, zip_of(export)))
    with pytest.raises(NotReady, match="take it back instead"):
        imports.remove(row)
    with pytest.raises(NotReady, match="cannot be changed"):
        imports.change(row, alice, mapping={})


def test_suggestions_wait_for_a_reviewer(export, copy, alice, carol):
    from annotation.models import ModelVersion, Suggestion
    from annotation.review import decide

    factories.join(copy, carol, Role.REVIEWER)
    published = factories.make_model_version(copy)
    row = taken(looked_at(copy, alice, zip_of(export), trust="review"))
    assert copy.samples.exclude(answer=None).count() == 0
    waiting = Suggestion.objects.filter(sample__project=copy).undecided()
    assert waiting.count() == 12
    assert copy.model_versions.of_models().get() == published
    assert fates(looked_at(copy, alice, zip_of(export), trust="review")) == {"known": 12}
    first, second, *_ = waiting.order_by("sample__index")
    decide(carol, [first.pk], "accept")
    assert copy.samples.get(pk=first.sample_id).answer.value == first.value
    decide(carol, [second.pk], "reject")
    row = done(imports.ask_undo(row, alice))
    assert waiting.count() == 0
    assert copy.samples.get(pk=first.sample_id).answer.value == first.value
    assert ModelVersion.objects.get(pk=row.model_version_id).state == "imported"


def test_no_query_a_row_within_the_insert(export, copy, alice):
    """One that looks for the author's newest version passes all that it has written: 100 s for 10,000 labels."""
    row = looked_at(copy, alice, zip_of(export))
    with CaptureQueriesContext(connection) as queries:
        taken(row)
    inserts = [each["sql"] for each in queries if each["sql"].startswith('INSERT INTO "annotation_annotation"')]
    assert inserts and not any('"annotation_annotation" U0' in sql for sql in inserts)
