"""Tokens are named, scoped, expiring and kept as digests; those of before go on for 90 days with all their rights."""

import django.core.validators
import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What `annotation.tokens` keeps of a key and of a password
MOVE = """
    INSERT INTO annotation_accesstoken (user_id, name, scope, prefix, digest, password, created_at, expires_at)
    SELECT token.user_id, 'Token of an earlier release', 'own', left(token.key, 12),
        encode(sha256(convert_to(token.key, 'UTF8')), 'hex'),
        encode(sha256(convert_to(person.password, 'UTF8')), 'hex'), token.created, now() + interval '90 days'
    FROM authtoken_token token JOIN auth_user person ON person.id = token.user_id
"""


def move(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep digests of the keys that stood in plain text, and remove these with the app that kept them."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if "authtoken_token" not in connection.introspection.table_names(cursor):
            return
        cursor.execute(MOVE)
        cursor.execute("DROP TABLE authtoken_token")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'authtoken'")


class Migration(migrations.Migration):
    """Make the table and fill it from Django REST framework's."""

    dependencies = [
        ("annotation", "0014_asset_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[^<>\\x00-\\x1f\\x7f]+$", "Leave out <, > and control characters."
                            )
                        ],
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("read", "Read"), ("label", "Label"), ("review", "Review"), ("own", "Everything")],
                        max_length=10,
                    ),
                ),
                ("prefix", models.CharField(db_index=True, max_length=12)),
                ("digest", models.CharField(max_length=64)),
                ("password", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.RunPython(move, migrations.RunPython.noop, elidable=False),
    ]
