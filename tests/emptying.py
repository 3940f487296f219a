"""How the tables are emptied: after a test that commits those that hold anything; what Django fills stays.

Django's own flush truncates every table and writes content types and permissions anew: about half a second.
Nothing vacuums the tables meanwhile: most of their rows are of transactions that were taken back, and a planner that
was told of empty tables joins what a test writes row by row, for up to half a minute. So they are cut off when they
have grown.
"""

from django.db import connection, transaction

KEPT = {"django_content_type", "auth_permission", "django_migrations"}  # what `migrate` writes is never a test's own
GROWN_BYTES = 8 * 2**20


def tables() -> list[str]:
    """Return the names of all tables that tests write to, quoted."""
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [connection.ops.quote_name(name) for name in sorted(set(there) - KEPT)]


def empty_tables() -> None:
    """Delete the rows of all tables; numbers go on, as after a rollback."""
    looks = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")  # what refers to another row is looked at in the end


def leave_alone() -> None:
    """Let the server neither vacuum the tables nor count their rows."""
    with connection.cursor() as cursor:
        for name in tables():
            cursor.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = off)")


def cut_off() -> None:
    """Truncate all tables once they have grown by rows that are gone; there may be no others."""
    sizes = " + ".join(f"pg_relation_size('{name}')" for name in tables())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {sizes}")
        if cursor.fetchone()[0] > GROWN_BYTES:
            cursor.execute(f"TRUNCATE {', '.join(tables())}")
