"""Drawing: the look of a scene that a recipe asks for, with the ends of its stretch."""

from annotation.looks.numbers import Place, chips_share, ends_seen, mixture_of
from annotation.looks.sharing import statistics_of
from annotation.models import Scene
from mlcore.errors import BadRecipe
from mlcore.looks import Channel, Look, Recipe, Stretch, channels_of, look_for
from mlcore.looks.look import Source
from mlcore.looks.stretch import Range
from mlcore.sensors import Sensor

_BYTE = (0.0, 255.0)
_USUAL = Stretch()


def look_of(scene: Scene, recipe: Recipe | None = None, place: Place | None = None) -> Look:
    """Return the look that a recipe asks for; none: the sensor's first composite, stretched as usual.

    Ready-made chips of one sensor share a stretch, since each by itself would hide how they differ. Pictures of 8 bits
    have their colours already: 'stored' keeps them, and does nothing to other numbers; without a word, those of chips
    are kept.

    Args:
        scene: whose numbers are shown.
        recipe: what is asked for.
        place: the tile that is looked at, for stretches by it; without one they are by the scene.

    Raises:
        BadRecipe: the scene's sensor lacks what the recipe names.
        UnknownName: no such composite.
    """
    recipe, sensor = recipe or Recipe(), scene.get_sensor()
    look = look_for(recipe, sensor, _channels(scene, recipe, sensor))
    return look.with_ends(_ends(scene, recipe, look, place))


def _channels(scene: Scene, recipe: Recipe, sensor: Sensor) -> tuple[Channel, ...]:
    if len(sensor.bands) != len(scene.asset.facts["statistics"]):
        count = len(scene.asset.facts["statistics"])
        raise BadRecipe(f"{sensor.title} has {len(sensor.bands)} bands, the scene has {count}; choose another sensor.")
    return mixture_of(scene, recipe, sensor) if recipe.components else channels_of(recipe, sensor)


def _ends(scene: Scene, recipe: Recipe, look: Look, place: Place | None) -> list[Range]:
    stretch, count = recipe.stretch or _USUAL, len(look.channels)
    if look.of_classes:
        return [_BYTE]
    if stretch.by == "ends":
        if len(stretch.ends) != count:
            raise BadRecipe(f"Ends are {count} pairs of numbers here, one for each channel.")
        return list(stretch.ends)
    if _keeps_bytes(scene, recipe, look):
        return [_measured(_BYTE, source) for source in _sources(look)]
    stretch = Stretch(of=stretch.of) if stretch.by == "stored" else stretch
    if stretch.of != "scene" and place:
        return ends_seen(scene, look, stretch, place)
    known = [_known(scene, recipe, look, stretch, at) for at in range(count)]
    if all(known):
        return [ends for ends in known if ends]
    seen = ends_seen(scene, look, stretch)
    return [told or looked for told, looked in zip(known, seen, strict=True)]


def _keeps_bytes(scene: Scene, recipe: Recipe, look: Look) -> bool:
    """Return whether numbers of 8 bits are shown as the colours that they are."""
    wanted = recipe.stretch.by == "stored" if recipe.stretch else chips_share(scene)
    return wanted and scene.asset.facts["dtype"] == "uint8" and _is_plain(look) and not look.ramp


def _is_plain(look: Look) -> bool:
    return not (look.filter or look.decibels) and all(channel.plain is not None for channel in look.channels)


def _known(scene: Scene, recipe: Recipe, look: Look, stretch: Stretch, at: int) -> Range | None:
    """Return the ends of a channel as far as they are known without looking at the pixels."""
    channel = look.channels[at]
    if channel.natural and not recipe.stretch:
        return channel.natural
    if channel.plain is None or look.filter or look.decibels:
        return None
    ends = stretch.of_statistics(statistics_of(scene)[channel.plain])
    return _measured(ends, look.sources[look.bands.index(channel.plain)]) if ends else None


def _sources(look: Look) -> list[Source]:
    return [look.sources[look.bands.index(channel.bands[0])] for channel in look.channels]


def _measured(ends: Range, source: Source) -> Range:
    """Return ends of stored numbers as ends of what was measured; a negative scale turns them around."""
    scale = 1.0 if source.scale is None else source.scale
    low, high = (end * scale + (source.offset or 0.0) for end in ends)
    return min(low, high), max(low, high)
