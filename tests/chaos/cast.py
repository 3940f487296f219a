"""What happens in the database of the site under attack: its people and projects before, its truth after.

python -m tests.chaos.cast make N M   N annotators of one project of M tiles; prints their tokens
python -m tests.chaos.cast tell       prints answers, scenes, exports, jobs and leases
"""

import json
import math
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django


def make(people: int, tiles: int) -> dict[str, Any]:
    """Make a project with about so many tiles and its people, and return their tokens; the first owns it."""
    from annotation.models.projects import Role
    from annotation.tokens import issue
    from tests.factories import join, make_user
    from tests.pools import TILES, covered_project

    users = [make_user(f"person{number}") for number in range(people)]
    repeat = max(1, round(math.sqrt(tiles) / TILES))
    with tempfile.TemporaryDirectory() as folder:
        project = covered_project(users[0], Path(folder), repeat=repeat, audit_share=0.1)
    for user in users[1:]:
        join(project, user, Role.ANNOTATOR)
    tokens = [issue(user, name="chaos", scope="label")[1] for user in users]
    return {"project": project.pk, "tokens": tokens, "owner": issue(users[0], name="chaos", scope="own")[1]}


def tell() -> dict[str, Any]:
    """Return all answers, scenes and exports, jobs that have not ended well, and leases that no time ends."""
    from django.conf import settings
    from django.db.models.functions import Now

    from annotation.models import Annotation, Export, Job, Lease, Scene

    said = Annotation.objects.order_by("id").values_list("author__username", "sample_id", "label__code", "current")
    unsettled = Job.objects.exclude(state__in=["done", "cancelled"])
    ends = Lease.objects.annotate(now=Now()).values_list("expires_at", "now")
    longest = settings.LEASE_MINUTES * 60 + 1
    return {
        "answers": list(said),
        "scenes": list(Scene.objects.values_list("name", flat=True)),
        "exports": list(Export.objects.exclude(sha256="").values_list("pk", flat=True)),
        "jobs": list(unsettled.values("id", "kind", "state", "error", "attempts")),
        "stuck": sum((end - now).total_seconds() > longest for end, now in ends),
        "done": Job.objects.filter(state="done").count(),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    print(json.dumps(make(int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1] == "make" else tell()))
