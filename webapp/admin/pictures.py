"""Pictures in the admin: the tile of a row with what is said of it drawn over it, and in words beside it."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from annotation.models import Project, Sample
from annotation.tasks import task_of
from annotation.tasks.thing import Thing

SMALL, LARGE = 96, 384  # px, as in admin.css


class Said(Protocol):
    """A row that says something of a sample."""

    pk: int
    sample: Sample
    value: dict[str, Any]
    mask: str


class Pictured:
    """A table whose rows say something of a tile; `mask_query` is what the mask's address calls such a row."""

    mask_query = ""

    class Media:
        """The size and place of pictures."""

        css = {"all": ["webapp/css/admin.css"]}  # noqa: RUF012 - as Django reads it

    @admin.display(description="Tile")
    def thumbnail(self, said: Said) -> SafeString:
        """Show the tile small, with what was drawn on it."""
        return self._draw(said, SMALL)

    @admin.display(description="Picture")
    def picture(self, said: Said) -> SafeString:
        """Show the tile large, with what was drawn on it."""
        return self._draw(said, LARGE)

    @admin.display(description="Says")
    def says(self, said: Said) -> str:
        """Say it in words: the class, the tags, the amount, or the classes of the mask."""
        project = said.sample.project
        return task_of(project).text(said.value, project.class_names()) or "–"

    def _draw(self, said: Said, side: int) -> SafeString:
        where = [said.sample.project_id, said.sample_id]  # type: ignore[attr-defined]
        words = f"Tile {said.sample}: {self.says(said)}"
        image = format_html(
            '<img src="{}?size={}" width="{}" height="{}" loading="lazy" alt="{}">',
            reverse("sample-chip", args=where), side, side, side, words,
        )  # fmt: skip
        over = ""
        if said.mask:
            address = f"{reverse('sample-mask', args=where)}?{self.mask_query}={said.pk}&coloured=1"
            over = format_html('<img class="over" src="{}" alt="" loading="lazy">', address)
        elif things := _counting(said):
            over = _drawn(said.sample.project, things)
        return format_html('<span class="tile-picture" title="{}">{}{}</span>', words, image, over)


def _counting(said: Said) -> Sequence[Thing]:
    """Return the objects that a row says are there; what a model only guesses is none."""
    project = said.sample.project
    task = task_of(project)
    return task.objects(task.accepted(project, said.value))


def _drawn(project: Project, things: Sequence[Thing]) -> SafeString:
    """Return boxes and points in the colours of their classes, to lie over a tile's picture."""
    colours = {each.code: each.colour for each in project.all_classes()}
    rings = [thing.corners().round(1).tolist() if thing.width else _cross(thing) for thing in things]
    points = [" ".join(f"{x},{y}" for x, y in ring) for ring in rings]
    drawn = format_html_join(
        "", '<polygon points="{}" fill="none" stroke="{}" stroke-width="2" vector-effect="non-scaling-stroke"/>',
        ((ring, colours.get(thing.code, "#ffffff")) for ring, thing in zip(points, things, strict=True)),
    )  # fmt: skip
    side = project.tile_px
    return format_html('<svg class="over" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', side, side, drawn)


def _cross(thing: Thing) -> list[tuple[float, float]]:
    x, y = round(thing.x, 1), round(thing.y, 1)
    return [(x - 1, y), (x, y - 1), (x + 1, y), (x, y + 1)]
