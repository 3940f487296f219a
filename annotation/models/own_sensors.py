"""OwnSensor: an instrument that the owners of a project describe, which can then be stated of its scenes."""

from django.db import models

from annotation.clock import Moment
from annotation.models.projects import Project
from mlcore.sensors import Sensor, sensor_from_dict


class OwnSensor(models.Model):
    """A sensor of one project; scenes keep what they were read as."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="own_sensors")
    code = models.CharField(max_length=60)
    described = models.JSONField()  # Sensor.to_dict()
    created_at = Moment(auto_now_add=True)

    class Meta:
        """A code once a project."""

        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="one_own_sensor_a_code")]

    def __str__(self) -> str:
        """Return its title."""
        return str(self.described["title"])

    def get_sensor(self) -> Sensor:
        """Return the instrument."""
        return sensor_from_dict(self.described)
