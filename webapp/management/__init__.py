"""Command line: manage.py commands."""
