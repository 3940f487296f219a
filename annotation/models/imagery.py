"""Imagery: Asset, Grid and Scene."""

from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import RegexValidator

from annotation import mounts, storage
from annotation.clock import Moment
from annotation.models.acquisition import check_details, moment_of
from annotation.models.projects import Project
from mlcore.errors import NotOffered
from mlcore.raster.grid import GridSpec, grid_for
from mlcore.raster.info import RasterInfo
from mlcore.raster.moved import moved
from mlcore.raster.statistics import BandStatistics
from mlcore.readers import Reader, get_reader
from mlcore.sensors import Sensor, sensor_from_dict

if TYPE_CHECKING:
    from annotation.models.samples import Tile

RECORDS = ("posts", "series")  # kinds of assets whose pixels only tell where there are some

SHA256 = RegexValidator(r"^[0-9a-f]{64}$")


class Asset(models.Model):
    """A file by its content: stored once, shared by the scenes of several projects."""

    sha256 = models.CharField(max_length=64, unique=True, validators=[SHA256])  # of the file as it came
    path = models.CharField(max_length=300)  # of the converted file, relative to DATA_DIR
    size = models.PositiveBigIntegerField()  # bytes of the converted file
    kind = models.CharField(max_length=20, default=RasterInfo.kind)  # of its reader
    facts = models.JSONField()  # what the reader says of it (`Facts.to_dict`), and 'statistics' for each band
    footprint = models.GeometryField(srid=4326, null=True)
    mounted = models.TextField(blank=True, default="", db_default="")  # of a file read in place: where; never removed
    mounted_mtime = models.BigIntegerField(null=True)  # and its time then, in ns
    created_at = Moment(auto_now_add=True)

    def __str__(self) -> str:
        """Return a short content hash."""
        return self.sha256[:12]

    @property
    def file(self) -> Path:
        """Return the absolute path of the pixels, once they lie on this machine.

        Raises:
            FileChanged: they are read in place, and are no longer what was taken in.
        """
        return self.where_it_lies if self.mounted else self.reader.path_of(storage.fetch(self.place))

    @property
    def is_remote(self) -> bool:
        """Return whether its pixels lie on other people's hosts."""
        return self.kind == "remote"

    @property
    def windows(self) -> Path:
        """Return what single pictures are read from: of a large raster in a bucket, its place there."""
        if self.mounted:
            return self.where_it_lies
        return storage.window(self.place, self.size) if self.kind == RasterInfo.kind else self.file

    @property
    def where_it_lies(self) -> Path:
        """Return the mounted file, if it is still the one that was taken in."""
        return mounts.still_there(Path(self.mounted), self.size, self.mounted_mtime)

    @property
    def place(self) -> Path:
        """Return the absolute path under which they are stored; of a mounted file, one where nothing lies."""
        return Path(settings.DATA_DIR) / self.path

    @property
    def reader(self) -> Reader:
        """Return what understands this kind of file."""
        return get_reader(self.kind)

    @property
    def is_record(self) -> bool:
        """Return whether it speaks of places without showing them: posts, or weather series."""
        return self.kind in RECORDS

    def info(self) -> RasterInfo:
        """Return the raster's facts.

        Raises:
            NotOffered: it is another kind of file.
        """
        facts = self.reader.described(self.facts)
        if not isinstance(facts, RasterInfo):
            raise NotOffered(f"{self} is {facts.summary}, which has no pixels yet.")
        return facts

    def statistics(self) -> list[BandStatistics]:
        """Return how the numbers of each band spread."""
        return [BandStatistics.from_dict(band) for band in self.facts["statistics"]]


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


class SceneQuerySet(models.QuerySet["Scene"]):
    """Many scenes."""

    def shown(self) -> "SceneQuerySet":
        """Return those with pixels of the ground: not posts, nor weather."""
        return self.exclude(asset__kind__in=RECORDS)

    def omittable(self) -> list[str]:
        """Return what can be left out: the modalities that models see here, or the sensors of the only one."""
        seen = self.shown().filter(fault="").order_by().values_list("sensor__modality", "sensor__code").distinct()
        kinds = [sorted(set(names)) for names in zip(*seen, strict=True)]
        return next((names for names in kinds if len(names) > 1), [])

    def covering(self, grid: int, column: int, row: int) -> "SceneQuerySet":
        """Return those in whose block a cell of a grid lies."""
        return self.filter(
            grid_id=grid,
            first_column__lte=column,
            first_column__gt=column - models.F("columns"),
            first_row__lte=row,
            first_row__gt=row - models.F("rows"),
        )


class Scene(models.Model):
    """One acquisition by one sensor, in one project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="scenes")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="scenes")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="scenes")
    name = models.CharField(max_length=200)
    sensor = models.JSONField()  # Sensor.to_dict(): stated or guessed, and correctable
    sensor_guessed = models.BooleanField(default=False)
    acquired = models.DateTimeField(null=True, blank=True)  # UTC; midnight where only the day is known
    day_only = models.BooleanField(default=True)
    details = models.JSONField(default=dict, blank=True, validators=[check_details])
    fault = models.TextField(blank=True)  # why no model reads it, until somebody corrects it
    remarks = models.JSONField(default=list)  # sentences about what was probably not meant
    covered = models.BooleanField(default=False, db_default=False)  # whether its coverage of tiles is worked out
    shift = models.JSONField(null=True, blank=True)  # its own pixels, across and down, that it is moved by to lie right
    shift_check = models.JSONField(null=True, blank=True)  # what the last comparison with another scene said
    checked = models.CharField(max_length=64, blank=True)  # what it declared when its pixels were last looked at
    first_column = models.IntegerField()  # of the block of tiles that it touches
    first_row = models.IntegerField()
    columns = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    created_at = Moment(auto_now_add=True)

    objects = SceneQuerySet.as_manager()

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

    @property
    def moment(self) -> date | None:
        """Return when it was acquired: a datetime, or a plain date where only the day is known."""
        return self.day if self.day_only else self.acquired

    @property
    def day(self) -> date | None:
        """Return the day of acquisition in UTC, which is as much as models read."""
        return self.acquired.astimezone(UTC).date() if self.acquired else None

    @property
    def file(self) -> Path:
        """Return the absolute path of its pixels, moved by what its owner accepted; once they lie on this machine."""
        return moved(self.asset.file, self.shift)

    @property
    def windows(self) -> Path:
        """Return what single pictures are read from, moved alike."""
        return moved(self.asset.windows, self.shift)

    def set_moment(self, moment: date | None) -> None:
        """State when it was acquired, by a date or a datetime; one without a zone is taken for UTC."""
        self.acquired, self.day_only = moment_of(moment)

    def covers(self, tile: "Tile") -> bool:
        """Return whether a tile lies in the block of tiles that this scene touches."""
        across, down = tile.column - self.first_column, tile.row - self.first_row
        return self.grid_id == tile.grid_id and 0 <= across < self.columns and 0 <= down < self.rows

    def cell(self, tile: "Tile") -> tuple[GridSpec, int, int]:
        """Return the lattice, column and row at which this scene's file is read for `tile`."""
        return self.cell_at(tile.column, tile.row)

    def block(self) -> GridSpec:
        """Return the lattice whose first tile is the square, in its grid's pixels, that holds the whole scene."""
        if self.grid.ready_made:
            return self.cell_at(0, 0)[0]
        spec = self.grid.spec()
        origin = spec.tile_transform(self.first_column, self.first_row)
        return GridSpec(spec.crs, tuple(origin)[:6], spec.tile_px * max(self.columns, self.rows))

    def cell_at(self, column: int, row: int) -> tuple[GridSpec, int, int]:
        """Return the lattice, column and row at which its file is read for a cell of its grid.

        A ready-made chip has a place of its own: it is the first cell of its own pixels' lattice.
        """
        if self.grid.ready_made:
            info = self.asset.info()
            return grid_for(info, max(info.width, info.height)), 0, 0
        return self.grid.spec(), column, row
