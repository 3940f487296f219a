"""A run that was killed goes on as if nothing had happened."""

import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch

from mlcore.errors import BadCheckpoint
from mlcore.model import Config
from mlcore.pretrain import Machine, Recipe, pretrain
from tests.mlcore.chips import make_scene

SMALL = Config(name="small", rank=4, width=16, depth=1, vector=8)
BRIEF = Recipe(tile_px=16, batch=4, steps=6, weights={"neighbours": 1.0, "latent": 0.5}, warmup=3)
ROOT = Path(__file__).parents[3]

ENDLESS = """
import sys
from pathlib import Path
import torch
from mlcore.pretrain import Machine, pretrain
from tests.mlcore.chips import make_scene
from tests.mlcore.pretrain.test_resume import BRIEF, SMALL
torch.set_num_threads(1)
machine = Machine(state=Path(sys.argv[1]), every=1)
tell = lambda step: print(step.number, flush=True)
pretrain([make_scene(side=64)], BRIEF, config=SMALL, machine=machine, progress=tell)
"""


@pytest.fixture(autouse=True)
def one_thread():
    """Bit for bit is promised on one thread: sums of several depend on how they are shared."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def losses(steps):
    return [step.loss for step in steps]


@cache
def unbroken():
    """Return what a run makes that nobody stops, and its steps."""
    return pretrain([make_scene(side=64)], BRIEF, config=SMALL)


def test_it_works(tmp_path):
    scenes, state = [make_scene(side=64)], tmp_path / "run.safetensors"
    whole, curve = unbroken()

    class Killed(Exception):
        pass

    def kill(step):
        if step.number == 4:
            raise Killed

    with pytest.raises(Killed):
        pretrain(scenes, BRIEF, config=SMALL, machine=Machine(state=state, every=3), progress=kill)
    resumed, again = pretrain(scenes, BRIEF, config=SMALL, machine=Machine(state=state, resume=True))
    assert losses(again) == losses(curve)
    assert [step.samples for step in again] == [step.samples for step in curve]
    assert resumed.digest == whole.digest


def test_a_process_killed_by_the_system_leaves_a_state_to_go_on_from(tmp_path):
    state = tmp_path / "run.safetensors"
    command = [sys.executable, "-c", ENDLESS, str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) >= 2:
                process.kill()
                break
    assert process.returncode == -9
    scenes = [make_scene(side=64)]
    _, again = pretrain(scenes, BRIEF, config=SMALL, machine=Machine(state=state, resume=True))
    assert losses(again) == losses(unbroken()[1])


def test_a_run_that_is_over_stays_as_it_is(tmp_path):
    machine = Machine(state=tmp_path / "run.safetensors", resume=True)
    scenes, brief = [make_scene(side=64)], replace(BRIEF, steps=3)
    first, steps = pretrain(scenes, brief, config=SMALL, machine=machine)
    second, again = pretrain(scenes, brief, config=SMALL, machine=machine)
    assert again == steps
    assert first.digest == second.digest


def test_seconds_go_on_over_the_break(tmp_path):
    machine = Machine(state=tmp_path / "run.safetensors", every=1, resume=True)
    scenes = [make_scene(side=64)]

    def stop(step):
        if step.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(scenes, replace(BRIEF, steps=4), config=SMALL, machine=machine, progress=stop)
    time.sleep(0.01)
    _, steps = pretrain(scenes, replace(BRIEF, steps=4), config=SMALL, machine=machine)
    assert [step.seconds for step in steps] == sorted(step.seconds for step in steps)


def test_the_state_of_another_run_is_refused(tmp_path):
    machine = Machine(state=tmp_path / "run.safetensors", resume=True)
    brief = replace(BRIEF, steps=2)
    pretrain([make_scene(side=64)], brief, config=SMALL, machine=machine)
    with pytest.raises(BadCheckpoint, match="other scenes, recipe or network"):
        pretrain([make_scene(side=64)], replace(brief, rate=1e-4), config=SMALL, machine=machine)


def test_a_damaged_state_is_a_message(tmp_path):
    state = tmp_path / "run.safetensors"
    state.write_bytes(b"not a state")
    with pytest.raises(BadCheckpoint, match="not a readable training state"):
        pretrain([make_scene(side=64)], BRIEF, config=SMALL, machine=Machine(state=state, resume=True))
