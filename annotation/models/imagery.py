"""Imagery: Asset, Scene, Grid, Tile, and the Sample that labels hang on."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import RegexValidator

from annotation.models.projects import Project
from mlcore.raster.grid import GridSpec, grid_for
from mlcore.raster.info import RasterInfo
from mlcore.readers import Reader, get_reader
from mlcore.sensors import Sensor, sensor_from_dict

SHA256 = RegexValidator(r"^[0-9a-f]{64}$")


class Asset(models.Model):
    """A raster file by its content: stored once, shared by the scenes of several projects."""

    sha256 = models.CharField(max_length=64, unique=True, validators=[SHA256])  # of the file as it came
    path = models.CharField(max_length=300)  # of the converted file, relative to DATA_DIR
    size = models.PositiveBigIntegerField()  # bytes of the converted file
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bands = models.PositiveIntegerField()
    dtype = models.CharField(max_length=20)
    crs = models.TextField(blank=True)  # 'EPSG:4326' or WKT; empty in image coordinates
    transform = models.JSONField()  # six numbers: pixel column, row -> CRS
    nodata = models.FloatField(null=True)
    descriptions = models.JSONField(default=list)
    statistics = models.JSONField()  # for each band: minimum, maximum, mean, std, p2, p98, valid_fraction
    footprint = models.GeometryField(srid=4326, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return a short content hash."""
        return self.sha256[:12]

    @property
    def file(self) -> Path:
        """Return the absolute path of the pixels."""
        return Path(settings.DATA_DIR) / self.path

    @property
    def reader(self) -> Reader:
        """Return what understands this kind of file."""
        return get_reader(RasterInfo.kind)

    def info(self) -> RasterInfo:
        """Return the raster's facts as mlcore speaks of them."""
        return RasterInfo(
            driver="GTiff",
            width=self.width,
            height=self.height,
            count=self.bands,
            dtype=self.dtype,
            crs=self.crs or None,
            transform=tuple(self.transform),
            nodata=self.nodata,
            descriptions=tuple(self.descriptions),
            is_cog=True,
            tags={},
        )


class Grid(models.Model):
    """A lattice of square tiles in one CRS, or in image coordinates."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="grids")
    crs = models.TextField(blank=True)  # empty in image coordinates
    transform = models.JSONField()  # six numbers: pixel column, row -> CRS
    tile_px = models.PositiveIntegerField()
    ready_made = models.BooleanField(default=False)  # a folder of chips: one tile a file

    def __str__(self) -> str:
        """Return the CRS and the tile size."""
        return f"{self.crs or 'image coordinates'}, {self.tile_px} px"

    def spec(self) -> GridSpec:
        """Return the lattice as mlcore speaks of it."""
        return GridSpec(crs=self.crs or None, transform=tuple(self.transform), tile_px=self.tile_px)


class Scene(models.Model):
    """One acquisition by one sensor, in one project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="scenes")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="scenes")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="scenes")
    name = models.CharField(max_length=200)
    sensor = models.JSONField()  # Sensor.to_dict(): stated or guessed, and correctable
    sensor_guessed = models.BooleanField(default=False)
    acquired = models.DateField(null=True, blank=True)
    fault = models.TextField(blank=True)  # why no model reads it, until somebody corrects it
    remarks = models.JSONField(default=list)  # sentences about what was probably not meant
    checked = models.CharField(max_length=64, blank=True)  # what it declared when its pixels were last looked at
    first_column = models.IntegerField()  # of the block of tiles that it touches
    first_row = models.IntegerField()
    columns = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A file is one scene of a project; a scene covers a block of its grid."""

        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "asset"], name="one_scene_an_asset")]
        indexes = [models.Index(fields=["grid", "first_column", "first_row"])]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def get_sensor(self) -> Sensor:
        """Return the instrument."""
        return sensor_from_dict(self.sensor)

    def cell(self, tile: "Tile") -> tuple[GridSpec, int, int]:
        """Return the lattice, column and row at which this scene's file is read for `tile`."""
        return self.cell_at(tile.column, tile.row)

    def cell_at(self, column: int, row: int) -> tuple[GridSpec, int, int]:
        """Return the lattice, column and row at which its file is read for a cell of its grid.

        A ready-made chip has a place of its own: it is the first cell of its own pixels' lattice.
        """
        if self.grid.ready_made:
            return grid_for(self.asset.info(), self.grid.tile_px), 0, 0
        return self.grid.spec(), column, row


class Tile(models.Model):
    """One cell of a grid: a square of ground, or one ready-made chip."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="tiles")
    column = models.IntegerField()
    row = models.IntegerField()
    outline = models.GeometryField(srid=4326, null=True)  # none in image coordinates; two parts at the antimeridian
    valid_fraction = models.FloatField(default=0)  # of the scene that covers it best

    class Meta:
        """One tile a cell."""

        constraints = [models.UniqueConstraint(fields=["grid", "column", "row"], name="one_tile_a_cell")]

    def __str__(self) -> str:
        """Return the cell."""
        return f"{self.column}, {self.row}"


class SampleQuerySet(models.QuerySet["Sample"]):
    """Many samples."""

    def touched_by(self, scene: Scene) -> "SampleQuerySet":
        """Return the samples whose label speaks of this scene."""
        about = models.Q(scene=None) | models.Q(scene=scene) | models.Q(later_scene=scene)
        return self.filter(
            about,
            tile__grid_id=scene.grid_id,
            tile__column__range=(scene.first_column, scene.first_column + scene.columns - 1),
            tile__row__range=(scene.first_row, scene.first_row + scene.rows - 1),
        )


class Sample(models.Model):
    """The unit of work: a tile with the scenes that its label speaks of.

    Without `scene` it is timeless and speaks of all of them; with one, of that date; with two, of the pair.
    """

    class State(models.TextChoices):
        """Where the sample stands."""

        OPEN = "open", "Open"
        LABELLED = "labelled", "Labelled"
        UNSURE = "unsure", "Unsure"
        DISPUTED = "disputed", "People disagree"
        EMPTY = "empty", "Mostly no data"

    WANTED: ClassVar = (State.OPEN, State.DISPUTED)  # people are asked
    UNSETTLED: ClassVar = (State.OPEN, State.UNSURE, State.DISPUTED)  # no label counts yet

    project = models.ForeignKey(Project, models.CASCADE, related_name="samples")
    tile = models.ForeignKey(Tile, models.CASCADE, related_name="samples")
    scene = models.ForeignKey(Scene, models.CASCADE, null=True, blank=True, related_name="+")
    later_scene = models.ForeignKey(Scene, models.CASCADE, null=True, blank=True, related_name="+")
    index = models.PositiveIntegerField()  # its row in the project's arrays of vectors and probabilities
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.ForeignKey(  # the annotation that counts
        "annotation.Annotation", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SampleQuerySet.as_manager()

    class Meta:
        """A sample has one row in the arrays."""

        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["project", "index"], name="one_sample_a_row"),
            # Three, since PostgreSQL before 15 holds that no NULL equals another.
            models.UniqueConstraint(
                fields=["tile"], condition=models.Q(scene__isnull=True), name="one_timeless_sample_a_tile"
            ),
            models.UniqueConstraint(
                fields=["tile", "scene"], condition=models.Q(later_scene__isnull=True), name="one_sample_a_date"
            ),
            models.UniqueConstraint(fields=["tile", "scene", "later_scene"], name="one_sample_a_pair"),
        ]
        indexes = [models.Index(fields=["project", "state", "index"])]

    def __str__(self) -> str:
        """Return its number in the project."""
        return f"#{self.index}"

    def scenes(self) -> models.QuerySet[Scene]:
        """Return the scenes that its label speaks of, oldest first."""
        if self.scene_id:
            return Scene.objects.filter(pk__in=[self.scene_id, self.later_scene_id]).order_by("acquired", "id")
        column, row = self.tile.column, self.tile.row
        return Scene.objects.filter(
            grid_id=self.tile.grid_id,
            first_column__lte=column,
            first_column__gt=column - models.F("columns"),
            first_row__lte=row,
            first_row__gt=row - models.F("rows"),
        ).order_by("acquired", "id")
