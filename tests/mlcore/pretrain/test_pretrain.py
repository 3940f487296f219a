"""pretrain: scenes in, an encoder that learned something out."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import EmptyRaster, UnknownName
from mlcore.model import Config, StatisticsEncoder
from mlcore.pretrain import Recipe, pretrain
from mlcore.samples import Sample
from tests.mlcore.chips import make_sample, make_scene

SMALL = Config(name="small", rank=4, width=16, depth=1, vector=8)
BRIEF = Recipe(tile_px=16, batch=24, steps=25)


@pytest.mark.parametrize("objective", ["neighbours", "views", "latent", "pixels", "spectra"])
def test_it_works(objective):
    recipe = replace(BRIEF, weights={objective: 1.0}, steps=40, sides=(1.0,))
    encoder, steps = pretrain([make_scene()], recipe, config=SMALL)
    losses = [step.loss for step in steps]
    assert np.mean(losses[-8:]) < np.mean(losses[:8])
    assert encoder.embed([make_sample()])[:, StatisticsEncoder().dim :].any()


def test_the_same_seed_gives_the_same_weights():
    first, _ = pretrain([make_scene()], BRIEF, config=SMALL)
    second, _ = pretrain([make_scene()], BRIEF, config=SMALL)
    other, _ = pretrain([make_scene()], replace(BRIEF, seed=1), config=SMALL)
    assert first.digest == second.digest != other.digest


def test_it_learns_from_scenes_of_several_sensors_at_once():
    scenes = [make_scene(), make_scene("rgb"), make_scene("sentinel1-grd"), make_scene("elevation", side=64)]
    encoder, steps = pretrain(scenes, BRIEF, config=SMALL)
    assert all(np.isfinite(step.loss) for step in steps)
    assert np.isfinite(encoder.embed([make_sample("sentinel2-l2a")])).all()


def test_neighbours_end_up_alike():
    scene = make_scene(side=256, field=64)
    encoder, _ = pretrain([scene], replace(BRIEF, steps=60), config=SMALL)

    def crop(y, x):
        pixels, mask = scene.pixels[:, y : y + 16, x : x + 16], scene.mask[y : y + 16, x : x + 16]
        return Sample((replace(scene, pixels=pixels, mask=mask),))

    here, beside, *far = encoder.embed([crop(8, 8), crop(24, 24), crop(8, 136), crop(136, 8), crop(200, 200)])[:, -8:]
    assert np.linalg.norm(here - beside) < min(np.linalg.norm(here - place) for place in far)


def test_a_scene_smaller_than_a_tile_still_trains():
    encoder, _ = pretrain([make_scene(side=10, field=5)], replace(BRIEF, steps=3), config=SMALL)
    assert np.isfinite(encoder.embed([make_sample()])).all()


def test_time_can_run_out():
    _, steps = pretrain([make_scene()], replace(BRIEF, minutes=1e-9), config=SMALL)
    assert len(steps) <= 1


def test_a_scene_without_valid_pixels_is_refused():
    scene = make_scene()
    with pytest.raises(EmptyRaster):
        pretrain([replace(scene, mask=np.zeros_like(scene.mask))], BRIEF, config=SMALL)


def test_an_unknown_objective_lists_the_right_ones():
    with pytest.raises(UnknownName, match="crossmodal, latent, neighbours"):
        pretrain([make_scene()], replace(BRIEF, weights={"gan": 1.0}), config=SMALL)
