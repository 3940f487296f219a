"""How fast strategies choose: what is measured is judged by its bar."""

import json

from mlcore.benchmarks.active import speed
from mlcore.benchmarks.active.__main__ import main


def test_it_works(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(speed, "_SMALLEST", 1000)
    monkeypatch.setattr(speed, "_single", lambda: iter(()))
    assert main(["--speed", "--largest", "10000", "--json", str(tmp_path / "speed.json")]) == 0
    printed = capsys.readouterr().out
    assert "next batch, 1e+04 x 256" in printed
    assert "tenfold vectors take 10^" in printed
    lines = json.loads((tmp_path / "speed.json").read_text())
    assert [line["what"] for line in lines] == ["next batch, 1e+03 x 256, p95", "next batch, 1e+04 x 256, p95"]
    assert all(line["seconds"] > 0 and line["processor"] > 0 for line in lines)


def test_a_bar_is_met_by_clock_and_by_memory():
    assert speed.Timing("margin", 0.005, 0.005, 0.01).met is True
    assert speed.Timing("margin", 0.02, 0.005, 0.01).met is False
    assert speed.Timing("next batch", 0.1, 0.1, 0.3, 800, 700).met is False
    assert speed.Timing("next batch", 0.1, 0.1).met is None


def test_vectors_are_written_as_they_are_counted(tmp_path):
    vectors = speed._mapped(tmp_path / "vectors.npy", 100)
    assert vectors.shape == (100, 256)
    assert vectors.dtype == "float16"
    assert 0.5 < vectors.std() < 3
