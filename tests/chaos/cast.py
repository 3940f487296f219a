"""What happens in the database of the site under attack: its people and projects before, its truth after.

python -m tests.chaos.cast make N     N annotators of one project; prints their tokens
python -m tests.chaos.cast tell       prints answers, jobs and leases
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django


def make(people: int) -> dict[str, Any]:
    """Make a project with 1,600 tiles and its people, and return their tokens."""
    from annotation.models.projects import Role
    from annotation.tokens import issue
    from tests.factories import join, make_user
    from tests.pools import covered_project

    users = [make_user(f"person{number}") for number in range(people)]
    with tempfile.TemporaryDirectory() as folder:
        project = covered_project(users[0], Path(folder), repeat=5, audit_share=0.1)
    for user in users[1:]:
        join(project, user, Role.ANNOTATOR)
    return {"project": project.pk, "tokens": [issue(user, name="chaos", scope="label")[1] for user in users]}


def tell() -> dict[str, Any]:
    """Return all answers, the jobs that have not ended well, and the leases that no time ends."""
    from django.conf import settings
    from django.db.models.functions import Now

    from annotation.models import Annotation, Job, Lease

    said = Annotation.objects.order_by("id").values_list("author__username", "sample_id", "label__code", "current")
    unsettled = Job.objects.exclude(state__in=["done", "cancelled"])
    ends = Lease.objects.annotate(now=Now()).values_list("expires_at", "now")
    longest = settings.LEASE_MINUTES * 60 + 1
    return {
        "answers": list(said),
        "jobs": list(unsettled.values("id", "kind", "state", "error", "attempts")),
        "stuck": sum((end - now).total_seconds() > longest for end, now in ends),
        "done": Job.objects.filter(state="done").count(),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    print(json.dumps(make(int(sys.argv[2])) if sys.argv[1] == "make" else tell()))
