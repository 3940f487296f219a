"""Two processes train like one with their joint batch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from mlcore.errors import UnknownName
from mlcore.model import Config
from mlcore.pretrain import Machine, Recipe, pretrain
from mlcore.pretrain.parallel import Process, spread
from tests.mlcore.chips import make_scene

SMALL = Config(name="small", rank=4, width=16, depth=1, vector=8)
BRIEF = Recipe(
    tile_px=16, batch=8, steps=2, warmup=1, weights={"neighbours": 1.0, "latent": 1.0, "pixels": 0.2, "spectra": 0.05}
)
ROOT = Path(__file__).parents[3]
WAYS = ("ddp", "fsdp")
MASTER = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": 29611}

# Each process is started by hand with torchrun's variables: torchrun itself takes seconds to say the same.
MEMBER = """
import sys
import torch
from pathlib import Path
from mlcore.pretrain import Machine, pretrain
from mlcore.pretrain.parallel import joined
from tests.mlcore.chips import make_scene
from tests.mlcore.pretrain.test_parallel import BRIEF, SMALL
torch.set_num_threads(1)
with joined() as process:
    for how in sys.argv[2:]:
        (out := Path(sys.argv[1]) / how).mkdir(exist_ok=True)
        machine = Machine(parallel=how, state=out / "state.safetensors")
        encoder, steps = pretrain([make_scene(side=64)], BRIEF, config=SMALL, machine=machine)
        trained = {"losses": [s.loss for s in steps], "weights": encoder.network.state_dict()}
        torch.save(trained, out / f"{process.rank}.pt")
"""


@pytest.fixture(scope="module")
def alone():
    """Return what one process makes, and its steps."""
    return pretrain([make_scene(side=64)], BRIEF, config=SMALL)


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """Let two processes train in each way, one after the other; return the folder with one folder a way."""
    folder = tmp_path_factory.mktemp("together")

    def begin(rank):
        variables = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2} | MASTER
        environment = os.environ | {name: str(value) for name, value in variables.items()}
        return subprocess.Popen([sys.executable, "-c", MEMBER, str(folder), *WAYS], cwd=ROOT, env=environment)

    members = [begin(rank) for rank in (0, 1)]
    assert [member.wait(240) for member in members] == [0, 0]
    return folder


def unturned(weights):
    """Return weights as they are however the vector was turned: directions that tell alike may change places."""
    turned = weights["vector.weight"]
    products = {"vector.weight": turned.T @ turned, "vector.bias": weights["vector.bias"] @ turned}
    return dict(weights) | products


@pytest.mark.parametrize("how", WAYS)
def test_it_works(alone, together, how):
    encoder, steps = alone
    for rank in (0, 1):
        trained = torch.load(together / how / f"{rank}.pt", weights_only=True)
        assert trained["losses"] == pytest.approx([step.loss for step in steps], rel=1e-4)
        weights = unturned(trained["weights"])
        for name, tensor in unturned(encoder.network.state_dict()).items():
            torch.testing.assert_close(weights[name], tensor, rtol=1e-3, atol=2e-4)
    machine = Machine(state=together / how / "state.safetensors", resume=True)  # two wrote it, one goes on
    _, again = pretrain([make_scene(side=64)], BRIEF, config=SMALL, machine=machine)
    assert len(again) == BRIEF.steps


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        Process(rank=0, count=5).rows(12)
    assert Process(rank=2, count=4).rows(12) == slice(6, 9)


def test_an_unknown_way_lists_the_right_ones():
    with pytest.raises(UnknownName, match="ddp, fsdp, none"):
        spread(torch.nn.Linear(1, 1), Process(), "horovod")


def test_half_precision_and_recomputed_activations_train_too(alone):
    machine = Machine(precision="bf16", checkpointing=True)
    _, steps = pretrain([make_scene(side=64)], BRIEF, config=SMALL, machine=machine)
    assert steps[0].loss == pytest.approx(alone[1][0].loss, rel=0.05)


def test_recomputed_activations_change_nothing(alone):
    one, _ = pretrain([make_scene(side=64)], BRIEF, config=SMALL, machine=Machine(checkpointing=True))
    assert one.digest == alone[0].digest
