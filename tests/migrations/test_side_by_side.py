"""`migrate` while processes of the release before still answer: no migration takes away what their code names.

A column or table goes in two releases: the first stops using it and gives it a default, the second removes it and
lists that here, with the release that stopped. What is new must be something that older code may leave out.
"""

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

BEFORE = 14  # the newest migration when this rule began
RETIRED: dict[
    str, str
] = {}  # "0020_name: RemoveField project.colour": "v0.2.0", the release whose code stopped using it
TAKES_AWAY = (
    operations.RemoveField,
    operations.RenameField,
    operations.DeleteModel,
    operations.RenameModel,
    operations.AlterModelTable,
)


def faults(migration: Migration) -> list[str]:
    """Return what of a migration breaks code that runs since before it."""
    new = {made.name_lower for made in migration.operations if isinstance(made, operations.CreateModel)}
    told = []
    for step in migration.operations:
        if getattr(step, "model_name_lower", "") in new:
            continue
        if isinstance(step, TAKES_AWAY) or (isinstance(step, operations.AddField) and not may_be_left_out(step.field)):
            told.append(f"{migration.name}: {step.__class__.__name__} {step.describe()}")
    return [fault for fault in told if fault not in RETIRED]


def may_be_left_out(field: models.Field) -> bool:
    """Return whether a row can be written without the column: Django drops its own default right after adding it."""
    return field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED


def test_it_works() -> None:
    known = MigrationLoader(None).disk_migrations.values()
    ours = [each for each in known if each.app_label == "annotation" and int(each.name[:4]) > BEFORE]
    assert [fault for each in ours for fault in faults(each)] == []


@pytest.mark.parametrize(
    ("step", "breaks"),
    [
        (operations.RemoveField("project", "name"), True),
        (operations.RenameField("project", "name", "title"), True),
        (operations.DeleteModel("project"), True),
        (operations.AddField("project", "size", models.IntegerField(default=0)), True),
        (operations.AddField("project", "size", models.IntegerField(db_default=0)), False),
        (operations.AddField("project", "size", models.IntegerField(null=True)), False),
        (operations.CreateModel("thing", [("id", models.BigAutoField(primary_key=True))]), False),
        (operations.AddIndex("project", models.Index(fields=["name"], name="by_name")), False),
    ],
)
def test_what_older_code_names_or_leaves_out_is_told(step: operations.base.Operation, breaks: bool) -> None:
    migration = Migration("0099_next", "annotation")
    migration.operations = [step]
    assert bool(faults(migration)) == breaks


def test_a_field_of_a_new_table_is_free() -> None:
    migration = Migration("0099_next", "annotation")
    table = operations.CreateModel("thing", [("id", models.BigAutoField(primary_key=True))])
    migration.operations = [table, operations.AddField("thing", "size", models.IntegerField())]
    assert faults(migration) == []
