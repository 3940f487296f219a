"""Bring the database up to date and load the demo: one process for both, since most of their time is imports."""

import os
import sys

import django
from django.core.management import CommandError, call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    try:
        call_command("migrate", verbosity=0)
        call_command("demo", skip_checks=False)
    except CommandError as error:
        sys.exit(str(error))
