"""Files of labels as other tools write them, read into items."""

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from shapely.geometry import Point, box

from mlcore.errors import FileTooLarge, UnreadableFile, UnsafeFile
from mlcore.labelsets import FORMATS, Wishes, read_labels
from mlcore.labelsets.coco import uncompressed
from mlcore.labelsets.items import run_lengths
from mlcore.raster.write import write_mask
from tests.rasters import UTM, UTM_ORIGIN

Items = list[dict[str, Any]]
BOX = [1.0, 2.0, 4.0, 2.0, 4.0, 6.0, 1.0, 6.0]


def packed(folder: Path, files: dict[str, Any]) -> Path:
    """Return a zip of files."""
    path = folder / "labels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


def read(path: Path, **wishes: Any) -> tuple[dict[str, Any], Items]:
    """Return what is said of a file on the whole, and its items."""
    out = path.with_name("items.jsonl")
    told = read_labels(path, out, Wishes(name=path.name, **wishes), progress=lambda share: None)
    return told, [json.loads(line) for line in out.read_text().splitlines()]


def names(told: dict[str, Any]) -> dict[str, int]:
    return {each["name"]: each["count"] for each in told["classes"].values()}


def faults(items: Items) -> list[str]:
    return [item["fault"] for item in items if "fault" in item]


def coco(**more: Any) -> dict[str, Any]:
    return {
        "images": [{"id": 1, "file_name": "a/one.png", "width": 10, "height": 8}],
        "categories": [{"id": 7, "name": "Ship", "color": [255, 0, 16]}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "score": 0.5}],
        **more,
    }


def test_it_works(tmp_path):
    told, (item,) = read(packed(tmp_path, {"instances.json": coco()}))
    assert (told["format"], names(told)) == ("coco", {"Ship": 1})
    assert told["classes"]["Ship"] == {"name": "Ship", "code": 7, "colour": "#ff0010", "count": 1}
    assert (item["file"], item["size"], item["source"]) == ("a/one.png", [10, 8], {"confidence": 0.5})
    assert item["areas"] == [{"key": "Ship", "rings": [BOX]}]


def test_faults_of_coco_are_told_one_by_one(tmp_path):
    said = [
        {"id": 1, "image_id": 1, "category_id": 7, "segmentation": [[0, 0, 5, 0, 5, 5]]},
        {"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]},
        {"id": 2, "image_id": 9, "category_id": 7, "bbox": [1, 2, 3, 4]},
        {"id": 3, "image_id": 1, "category_id": 8, "bbox": [1, 2, 3, 4]},
        {"id": 4, "image_id": 1, "category_id": 7},
    ]
    _, items = read(packed(tmp_path, {"a.json": coco(annotations=said)}))
    assert len(faults(items)) == 4
    assert faults(items)[0] == "The id 1 was there before; ids are given once."


def test_compressed_run_lengths_are_those_that_pycocotools_writes():
    assert uncompressed("04") == [0, 4]
    pixels = np.zeros((7, 9), np.bool_)
    pixels[2:5, 3:8] = True
    pixels[6, 0] = True
    assert uncompressed(compressed(run_lengths(pixels))) == run_lengths(pixels)


def compressed(counts: list[int]) -> str:
    """Return run lengths as COCO's text, by its definition."""
    text = ""
    for at, count in enumerate(counts):
        number, more = count - counts[at - 2] if at > 2 else count, True
        while more:
            bits, number = number & 0x1F, number >> 5
            more = number != (-1 if bits & 0x10 else 0)
            text += chr((bits | 0x20 if more else bits) + 48)
    return text


def test_yolo_with_boxes_outlines_and_names(tmp_path):
    files = {
        "data.yaml": "path: x\nnames:\n  0: 'Ship'\n  1: Harbour\nnc: 2\n",
        "labels/train/one.txt": "0 0.25 0.5 0.3 0.5\n1 0.1 0.1 0.9 0.1 0.5 0.9\n",
        "labels/train/two.txt": "7 0.5 0.5 0.1 0.1 0.875\nx y\n0 5 5 1 1\n0 0.5 0.5\n",
    }
    told, items = read(packed(tmp_path, files))
    assert (told["format"], names(told)) == ("yolo", {"Ship": 1, "Harbour": 1, "7": 1})
    assert items[0]["file"] == "train/one"
    assert items[0]["areas"][0]["rings"] == [pytest.approx([0.1, 0.25, 0.4, 0.25, 0.4, 0.75, 0.1, 0.75])]
    assert items[2]["source"] == {"confidence": 0.875}
    assert len(faults(items)) == 3


def test_pascal_voc(tmp_path):
    def annotation(box_: str) -> str:
        return (
            "<annotation><filename>one.png</filename><size><width>10</width><height>8</height></size>"
            f"<object><name>Ship</name><bndbox>{box_}</bndbox></object></annotation>"
        )

    edges = "<xmin>2</xmin><ymin>3</ymin><xmax>4</xmax><ymax>6</ymax>"
    files = {"a.xml": annotation(edges), "b.xml": annotation(""), "c.xml": annotation(edges)[:-30]}
    told, items = read(packed(tmp_path, files))
    assert (told["format"], names(told)) == ("voc", {"Ship": 1})
    assert (items[0]["file"], items[0]["size"], items[0]["areas"][0]["rings"]) == ("one.png", ["10", "8"], [BOX])
    assert len(faults(items)) == 2


def test_entities_are_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><annotations><image name="&a;"/></annotations>'
    with pytest.raises(UnsafeFile, match="document type"):
        read(packed(tmp_path, {"annotations.xml": bomb}))


def test_cvat_with_tags_boxes_polygons_and_masks(tmp_path):
    said = """<annotations><version>1.1</version><image id="0" name="one.png" width="10" height="8">
      <tag label="Port" source="manual"/>
      <box label="Ship" xtl="1" ytl="2" xbr="4" ybr="6"/>
      <polygon label="Ship" points="1,2;4,2;4,6;1,6"/>
      <mask label="Ship" rle="1,2,3" left="2" top="1" width="3" height="2"/>
      <mask label="Ship" rle="1,2" left="2" top="1" width="3" height="2"/>
      <polyline label="Ship" points="1,2;4,2"/></image></annotations>"""
    told, items = read(packed(tmp_path, {"annotations.xml": said}))
    assert (told["format"], names(told)) == ("cvat", {"Port": 1, "Ship": 3})
    assert items[0]["whole"] == ["Port"]
    assert items[1]["areas"][0]["rings"] == items[2]["areas"][0]["rings"] == [BOX]
    mask = np.zeros((8, 10), np.bool_)
    mask[1, 3:5] = True
    assert items[3]["areas"][0] == {"key": "Ship", "size": [8, 10], "counts": run_lengths(mask)}
    assert len(faults(items)) == 2


def test_label_studio(tmp_path):
    def result(kind: str, **value: Any) -> dict[str, Any]:
        return {"type": kind, "original_width": 10, "original_height": 8, "value": value}

    tasks = [
        {
            "id": 5,
            "data": {"image": "/data/upload/1/0123abcd-one.png"},
            "annotations": [
                {
                    "completed_by": {"email": "zoe@example.org"},
                    "created_at": "2026-01-02T03:04:05Z",
                    "lead_time": 3.5,
                    "result": [
                        result("choices", choices=["Port"]),
                        result("rectanglelabels", x=10, y=25, width=30, height=50, rectanglelabels=["Ship"]),
                        result("polygonlabels", points=[[0, 0], [50, 0], [50, 50]], polygonlabels=["Ship"]),
                        result("textarea", text=["?"]),
                    ],
                }
            ],
        },
        {"id": 6, "data": {"image": "two.png"}, "annotations": []},
        {"id": 7, "image": "three.png", "annotator": 3, "choice": "Port", "lead_time": 2},
    ]
    told, items = read(packed(tmp_path, {"export.json": tasks}))
    assert (told["format"], names(told)) == ("label_studio", {"Port": 2, "Ship": 2})
    assert (items[0]["file"], items[0]["whole"]) == ("one.png", ["Port"])
    assert items[0]["source"] == {"author": "zoe@example.org", "created_at": "2026-01-02T03:04:05Z", "seconds": 3.5}
    assert (items[1]["size"], items[1]["areas"][0]["rings"]) == ([100, 100], [[10, 25, 40, 25, 40, 75, 10, 75]])
    assert len(faults(items)) == 2
    assert (items[-1]["file"], items[-1]["source"]) == ("three.png", {"author": 3, "seconds": 2})


def test_brushes_of_label_studio_are_painted_pixels():
    from mlcore.labelsets.brush import brush_pixels

    bits = f"{4 * 6:032b}{7:05b}" + "".join(f"{size - 1:04b}" for size in (3, 4, 8, 16))
    bits += "1" + "01" + f"{8 - 1:04b}" + f"{255:08b}"  # two pixels painted
    bits += "1" + "11" + f"{16 - 1:016b}" + f"{0:08b}"  # four pixels not
    bits += "0" * (-len(bits) % 8)
    told = list(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    assert brush_pixels(told, 3, 2).tolist() == [[True, True, False], [False, False, False]]
    with pytest.raises(ValueError, match="another size"):
        brush_pixels(told, 4, 4)
    with pytest.raises(ValueError, match="ends early"):
        brush_pixels(told[:6], 3, 2)


def test_class_folders(tmp_path):
    files = {"set/train/Forest/a.png": "x", "set/val/Water/b.png": "x", "set/readme.md": "x"}
    told, items = read(packed(tmp_path, files))
    assert (told["format"], names(told)) == ("folders", {"Forest": 1, "Water": 1})
    assert [(item["file"], item["whole"], item["source"]) for item in items] == [
        ("set/train/Forest/a.png", ["Forest"], {"split": "train"}),
        ("set/val/Water/b.png", ["Water"], {"split": "val"}),
    ]
    assert told["notes"] == ["1 files that are no images (.md) are left out."]


def test_tables_with_coordinates_file_names_or_shapes(tmp_path):
    (tmp_path / "a.csv").write_text("\ufefflat;lon;Land cover;author\n45.1;8.2;Forest;zoe\n;;Forest;\n45;8;;\n")
    told, items = read(tmp_path / "a.csv")
    assert (told["column"], names(told)) == ("Land cover", {"Forest": 1})
    assert (items[0]["shape"], items[0]["source"]) == (
        {"type": "Point", "coordinates": [8.2, 45.1]},
        {"author": "zoe"},
    )
    assert faults(items) == [
        "It has neither coordinates nor the name of a file.",
        "The column 'Land cover' is empty.",
    ]
    (tmp_path / "b.csv").write_text("name,class\na/one.png,3\n")
    _, (item,) = read(tmp_path / "b.csv")
    assert (item["file"], item["whole"]) == ("a/one.png", ["3"])
    (tmp_path / "c.csv").write_text('geom,class\n"POLYGON((8 45,9 45,9 46,8 45))",=cmd()\n"POLYGON((",Forest\n')
    told, items = read(tmp_path / "c.csv")
    assert items[0]["shape"]["type"] == "Polygon"
    assert "formula" in told["notes"][0]
    assert len(faults(items)) == 1


def test_collect_earth_online(tmp_path):
    head = "plotid,sampleid,lon,lat,flagged,analyses,email,collection_time,Land use,Trees"
    (tmp_path / "ceo.csv").write_text(f"{head}\n1,1,8.5,45.5,false,1,zoe@example.org,2026-01-02,Cropland,2\n")
    told, (item,) = read(tmp_path / "ceo.csv")
    assert told["format"] == "csv"
    assert told["column"] in ("email", "Land use")
    told, (item,) = read(tmp_path / "ceo.csv", column="Land use")
    assert (item["whole"], item["shape"]["coordinates"]) == (["Cropland"], [8.5, 45.5])
    assert item["source"] == {"author": "zoe@example.org", "created_at": "2026-01-02"}


@pytest.mark.parametrize("ending", ["gpkg", "shp", "kml"])
def test_vectors_of_gis_programs(tmp_path, ending):
    frame = geopandas.GeoDataFrame(
        {"class": ["Forest", "Water"], "score": [0.5, None]},
        geometry=[box(500_000, 4_999_000, 500_500, 5_000_000), Point(500_100, 4_999_900)],
        crs=UTM,
    )
    if ending == "kml":
        frame = frame.rename(columns={"class": "Name"}).to_crs("EPSG:4326")
    if ending == "shp":
        frame = frame.iloc[:1]
    driver = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "kml": "KML"}[ending]
    frame.to_file(tmp_path / f"layer.{ending}", driver=driver)
    parts = {f"deep/{path.name}": path.read_bytes() for path in tmp_path.glob("layer.*")}
    told, items = read(packed(tmp_path, parts))
    assert told["format"] == "vector"
    assert names(told) == ({"Forest": 1} if ending == "shp" else {"Forest": 1, "Water": 1})
    assert not faults(items)
    lon, lat = items[0]["shape"]["coordinates"][0][0]
    assert (lon, lat) == (pytest.approx(9, abs=0.01), pytest.approx(45.15, abs=0.02))


def test_a_shapefile_without_crs_asks_for_it(tmp_path):
    frame = geopandas.GeoDataFrame({"class": ["Forest"]}, geometry=[box(500_000, 4_999_000, 500_500, 5_000_000)])
    frame.to_file(tmp_path / "layer.shp")
    parts = {path.name: path.read_bytes() for path in tmp_path.glob("layer.*")}
    told, items = read(packed(tmp_path, parts))
    assert told["crs_missing"] is True
    assert len(faults(items)) == 1
    told, items = read(packed(tmp_path, parts), crs=UTM)
    assert not faults(items)
    with pytest.raises(UnreadableFile, match=r"lacks its \.dbf"):
        read(packed(tmp_path, {"layer.shp": parts["layer.shp"]}))


def test_masks_on_the_map_and_beside_chips(tmp_path):
    codes = np.zeros((64, 64), np.uint8)
    codes[:32, :32], codes[40, 40] = 3, 5
    told = {"colours": {3: (255, 0, 0)}, "names": {3: "Ship"}}
    write_mask(tmp_path / "mask.tif", codes, UTM_ORIGIN, UTM, **told)
    write_mask(tmp_path / "chip.tif", codes, UTM_ORIGIN, None, **told)
    lattice = {"id": 9, "crs": UTM, "transform": list(UTM_ORIGIN)[:6], "tile_px": 32, "range": [0, 0, 3, 3]}
    said, items = read(tmp_path / "mask.tif", lattices=[lattice])
    assert (said["format"], names(said)) == ("raster", {"Ship": 1, "5": 1})
    assert [item["cell"] for item in items] == [[9, 0, 0], [9, 1, 1]]
    assert items[0]["areas"] == [{"key": "Ship", "size": [32, 32], "counts": [0, 1024]}]
    _, (item,) = read(tmp_path / "chip.tif", lattices=[lattice])
    assert (item["file"], item["size"], len(item["areas"])) == ("chip.tif", [64, 64], 2)


def test_gigabytes_need_no_memory_and_broken_json_is_told(tmp_path):
    whole = json.dumps(coco())
    with pytest.raises(UnreadableFile, match="no whole JSON"):
        read(packed(tmp_path, {"a.json": whole[:-20]}))
    with pytest.raises(FileTooLarge, match="more than 1000 classes"):
        (tmp_path / "a.csv").write_text("lon,lat,class\n" + "".join(f"8,45,c{at}\n" for at in range(1001)))
        read(tmp_path / "a.csv")


def test_every_format_says_what_it_is_called():
    assert all(each.TITLE for each in FORMATS.values())
