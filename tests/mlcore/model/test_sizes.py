"""What each size costs."""

import json

import numpy as np
import pytest
import torch

from mlcore.errors import UnknownName
from mlcore.model import Network, get_config
from mlcore.model.__main__ import main
from mlcore.model.sizes import count_size
from mlcore.sensors import get_sensor, spectrometer

SENTINEL2 = get_sensor("sentinel2-l2a")


def test_it_works() -> None:
    size = count_size(get_config("nano"), SENTINEL2, 64)
    assert 0.9e6 < size.parameters < 1.1e6
    assert size.tokens == 64
    # The blocks alone: 24 d² a token and layer, and attention's 4 T d.
    blocks = 64 * 4 * (24 * 128 * 128 + 4 * 64 * 128)
    assert blocks < size.forward_flops < 2 * blocks
    assert 2.5 < size.training_flops / size.forward_flops < 3.5


@pytest.mark.parametrize(("name", "least", "most"), [("mini", 4e6, 6e6), ("base", 80e6, 95e6), ("huge", 630e6, 660e6)])
def test_a_size_has_the_parameters_that_its_name_promises(name: str, least: float, most: float) -> None:
    with torch.device("meta"):
        parameters = sum(parameter.numel() for parameter in Network(get_config(name)).parameters())
    assert least <= parameters <= most


def test_sizes_grow_in_every_cost() -> None:
    nano, mini = (count_size(get_config(name), SENTINEL2, 24) for name in ("nano", "mini"))
    for cost in ("parameters", "forward_flops", "training_flops", "activation_bytes", "state_bytes"):
        assert getattr(nano, cost) < getattr(mini, cost), cost


def test_computing_blocks_again_keeps_less() -> None:
    size = count_size(get_config("mini"), SENTINEL2, 64)
    assert size.checkpointed_bytes < size.activation_bytes / 2


def test_four_times_the_bands_cost_at_most_four_times_the_work() -> None:
    few, many = (
        count_size(get_config("nano"), spectrometer(np.linspace(400, 2500, bands)), 32) for bands in (100, 400)
    )
    assert many.forward_flops < 4 * few.forward_flops
    assert many.tokens == few.tokens


def test_the_command_prints_every_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sizes", "--tile", "24", "--size", "test", "--size", "nano"]) == 0
    out = capsys.readouterr().out
    assert "nano" in out
    assert "test" in out


def test_the_command_writes_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sizes", "--tile", "24", "--size", "nano", "--json"])
    assert json.loads(capsys.readouterr().out)["sizes"][0]["tokens"] == 9


@pytest.mark.parametrize("arguments", [["sizes", "--size", "giant"], ["sizes", "--sensor", "eye"], ["weigh"], []])
def test_a_wrong_name_lists_the_right_ones(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    assert "choose one of" in capsys.readouterr().err


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(UnknownName, match="nano"):
        get_config("giant")
