"""Comments come along with labels: by whom they were, known again however they travel, and taken back with them."""

import json
import zipfile

import pytest

from annotation import comments, imports
from annotation.exports import Options, make
from annotation.models import Comment, Sample
from annotation.models.projects import Role
from tests import factories
from tests.annotation.imports.conftest import done, fates, looked_at, messages, taken, zip_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(alice, tmp_path):
    made = factories.make_project(alice, name="Copy")
    factories.make_scene(made, tmp_path)
    return made


def written(project):
    rows = Comment.objects.filter(sample__project=project).select_related("item", "author", "settled_by")
    return [(row.writer, row.text, row.flags, str(row.settled_by or "")) for row in rows]


def lines_of(path):
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read("samples.jsonl").splitlines()]


def test_it_works(project, samples, alice, bob, carol, copy, exported):
    factories.label(samples[0], bob, 1)
    comments.add_comment(samples[0], carol, "Is it\na pond?", flags=True)
    comments.settle_comment(comments.add_comment(samples[1], bob, "Cloud.", flags=True), carol, settled=True)
    row = looked_at(copy, alice, exported(project, "release"))
    assert row.report["comments"] == 2 and "1 labels and 2 comments" in row.job.message
    row = taken(row)
    assert written(copy) == [
        ("carol (imported)", "Is it\na pond?", True, ""), ("bob (imported)", "Cloud.", True, "alice"),
    ]  # fmt: skip
    assert [each.text for each in comments.flagged(copy)] == ["Is it\na pond?"]
    done(imports.ask_undo(row, alice))
    assert written(copy) == []


def test_pseudonyms_hide_who_wrote_here_or_elsewhere(project, samples, alice, bob, copy, tmp_path):
    factories.label(samples[0], bob, 1)
    comments.add_comment(samples[0], bob, "Here.")
    make(project, "project", tmp_path / "out.zip")
    taken(looked_at(copy, alice, tmp_path / "out.zip"))
    for each in (project, copy):
        make(each, "project", tmp_path / "hidden.zip", options=Options(pseudonyms=True))
        text = json.dumps(lines_of(tmp_path / "hidden.zip"))
        assert "bob" not in text and "alice" not in text and text.count("person-") >= 2
    record = next(record for record in lines_of(tmp_path / "hidden.zip") if "comments" in record)
    assert record["imported"]["provenance"] == "human" and record["imported"]["author"].startswith("person-")
    assert record["comments"][0]["imported"]["author"] == record["imported"]["author"] != record["author"]


def test_known_again_after_any_way(project, samples, alice, bob, copy, tmp_path):
    comments.add_comment(samples[0], bob, "Here.")
    make(project, "csv", tmp_path / "out.zip", options=Options(pseudonyms=True))
    taken(looked_at(copy, alice, tmp_path / "out.zip"))
    make(project, "geojson", tmp_path / "named.zip")
    make(copy, "project", tmp_path / "back.zip")
    for target, file in ((copy, "out"), (copy, "named"), (project, "named"), (project, "back")):
        assert fates(looked_at(target, alice, tmp_path / f"{file}.zip")) == {"known": 1}
    Comment.objects.filter(sample__project=copy).delete()
    assert fates(looked_at(copy, alice, tmp_path / "named.zip")) == {"known": 1}


def test_the_first_author_is_told_after_two_moves(project, samples, alice, bob, carol, copy, exported, tmp_path):
    factories.label(samples[0], bob, 1, seconds=7, interactions=3)
    comments.add_comment(samples[0], bob, "Here.")
    taken(looked_at(copy, alice, exported(project, "project")))
    third = factories.make_project(alice, name="Third")
    factories.make_scene(third, tmp_path)
    label, comment = taken(looked_at(third, alice, exported(copy, "project"))).items.order_by("comment")
    assert written(third) == [("bob (imported)", "Here.", False, "")] and comment.source["author"] == "bob"
    assert (label.source["author"], label.source["provenance"]) == ("alice", "imported")
    first = label.source["imported"]
    assert (first["author"], first["provenance"], first["seconds"], first["interactions"]) == ("bob", "human", 7, 3)


def test_of_audits_that_wait_nothing_leaves_or_comes(project, samples, alice, bob, copy, exported):
    comments.add_comment(samples[0], bob, "Surely water.")
    before = exported(project, "project").read_bytes()
    factories.make_audit(samples[0])
    assert not any("comments" in record for record in lines_of(exported(project, "project")))
    factories.make_audit(copy.samples.get(tile__column=0, tile__row=0))
    row = looked_at(copy, alice, before)
    assert fates(row) == {"conflict": 1} and "audit that waits" in str(messages(row))


def test_bad_ones_are_told_and_the_label_beside_them_is_taken(project, samples, alice, bob, copy, exported):
    factories.label(samples[0], bob, 1)
    comments.add_comment(samples[0], bob, "Here.")
    with zipfile.ZipFile(exported(project, "project")) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != "SHA256SUMS"}
    record, *others = (json.loads(line) for line in files["samples.jsonl"].splitlines())
    good = record["comments"][0]
    odd = [{**good, "text": text} for text in ("", "x" * 2001, "a\x1b[31m")]
    record["comments"] = [good, *odd, "text", {"text": "No author."}, {**good, "imported": 5}, good]
    files["samples.jsonl"] = b"\n".join(json.dumps(each).encode() for each in (record, *others))
    row = looked_at(copy, alice, zip_of(files))
    assert fates(row) == {"taken": 2, "broken": 6, "known": 1}
    record["comments"] = 5
    files["samples.jsonl"] = json.dumps(record).encode()
    assert fates(looked_at(copy, alice, zip_of(files))) == {"broken": 1}
    record["comments"] = [{**good, "text": str(number)} for number in range(300)]
    files["samples.jsonl"] = json.dumps(record).encode()
    row = looked_at(copy, alice, zip_of(files))
    assert fates(row) == {"taken": 201} and "more than 200 comments" in row.report["notes"][-1]


def test_a_full_tile_takes_no_more(project, samples, alice, bob, copy, exported):
    comments.add_comment(samples[0], bob, "One more.")
    sample = copy.samples.get(tile__column=0, tile__row=0)
    Comment.objects.bulk_create(Comment(sample=sample, author=alice, text=str(at)) for at in range(200))
    row = looked_at(copy, alice, exported(project, "project"))
    assert fates(row) == {"conflict": 1} and "takes no more" in str(messages(row))


def test_suggestions_bring_comments_along(project, samples, alice, bob, carol, copy, exported):
    factories.join(copy, carol, Role.REVIEWER)
    factories.label(samples[0], bob, 1)
    comments.add_comment(samples[0], bob, "Here.", flags=True)
    taken(looked_at(copy, alice, exported(project, "project"), trust="review"))
    assert written(copy) == [("bob (imported)", "Here.", True, "")]
    assert comments.inbox(carol)["items"][0]["who"] == "bob (imported)"
    assert copy.samples.filter(state=Sample.State.LABELLED).count() == 0


def test_no_name_of_a_file_passes_for_a_member(client, project, samples, alice, bob, copy, exported):
    comments.add_comment(samples[0], bob, "Here.")
    taken(looked_at(copy, alice, exported(project, "project")))
    sample = copy.samples.get(tile__column=0, tile__row=0)
    client.force_login(alice)
    (told,) = client.get(f"/api/projects/{copy.pk}/samples/{sample.pk}/comments/").json()["results"]
    assert (told["author"], told["told_by"]) == ("alice", "bob") and told["told_at"] < told["created_at"]
