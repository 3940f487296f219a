"""The benchmark of encoders of sentences: what teaches never tests, and the report says what was measured."""

import json
from pathlib import Path

import numpy as np
import pytest

from mlcore.benchmarks.__main__ import main
from mlcore.benchmarks.words import reports, runs

HEAD = "id,date,lat,lon,title,category_codes,categories"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with 240 reports of two categories in cells of both colours."""
    lines = [HEAD]
    for number in range(240):
        words, code = [("water needed", "1"), ("road blocked", "2")][number % 2]
        lines.append(f"{number},,18.{500 + 50 * (number // 2 % 2)},-72.3,{words} at camp {number},{code},")
    lines.append("999,,18.5,-72.3,  WATER needed at camp 0,2,")  # the same words once more
    folder = tmp_path / "haiti_ushahidi"
    folder.mkdir()
    (folder / "haiti_scrubbed.csv").write_text("\n".join(lines))
    return tmp_path


def test_it_works(data: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(runs, "BUDGETS", (20,))
    monkeypatch.setattr("mlcore.benchmarks.words.report.BUDGETS", (20,))
    told, table = tmp_path / "words.json", tmp_path / "words.md"
    command = ["words", "--encoders", "hashing-1", "--seeds", "2", "--data", str(data)]
    assert main([*command, "--json", str(told), "--markdown", str(table)]) == 0
    records = json.loads(told.read_text())
    assert {(each["form"], each["budget"], each["seed"]) for each in records} == {
        (form, 20, seed) for form in ("whole", "told") for seed in (0, 1)
    }
    assert min(each["precision"] for each in records if each["form"] == "whole") > 0.9
    assert "240 reports" in table.read_text()
    assert "| hashing-1, whole | " in capsys.readouterr().out


def test_the_same_words_are_one_report_and_each_cell_has_one_colour(data: Path) -> None:
    read = reports.load(data)
    assert len(read.texts) == 240
    assert read.categories == ["1", "2"]
    assert read.has.sum(0).tolist() == [120, 120]
    assert read.is_odd.sum() == 120


def test_only_one_colour_teaches(data: Path, monkeypatch) -> None:
    monkeypatch.setattr(runs, "BUDGETS", (20,))
    read, taught = reports.load(data), []
    fit = runs.MultiLabelHead.fit
    monkeypatch.setattr(runs.MultiLabelHead, "fit", lambda lesson: (taught.append(lesson.inputs), fit(lesson))[1])
    marked = np.zeros((240, 384), np.float32)
    marked[:, 0], marked[:, 1] = read.is_odd, read.has[:, 0]
    vectors = runs.Vectors("marked", {"whole": marked}, 0)
    list(runs.run(read, vectors, seeds=2, tell=lambda line: None))
    assert [rows[:, 0].sum() for rows in taught] == [0, 0]


def test_absent_data_and_unknown_encoders_are_told(tmp_path: Path, data: Path, capsys) -> None:
    assert main(["words", "--data", str(tmp_path / "nowhere")]) == 2
    assert "is absent" in capsys.readouterr().err
    assert main(["words", "--data", str(data), "--encoders", "x"]) == 2
    assert "hashing-1" in capsys.readouterr().err
