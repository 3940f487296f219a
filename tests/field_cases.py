"""Which tests hold each row of the table of field cases; a row without one is a fault (test_field_cases_table)."""

CASES = "tests/annotation/ingest/test_field_cases.py"
TABLE = "tests/annotation/ingest/test_field_cases_table.py"
GROUND = "tests/annotation/exports/test_ground.py"
TOGETHER = "tests/annotation/ingest/test_together.py"
PLACE = "tests/webapp/api/test_scene_place.py"

HELD: dict[str, list[str]] = {  # row -> file::test
    "chips_colour.zip": [
        f"{CASES}::test_chips_of_one_folder_share_one_stretch",
        "tests/annotation/test_looks.py::test_the_field_case_has_its_colours",
    ],
    "chips_named.zip": [f"{TABLE}::test_each_label_names_its_file_with_its_folder_in_every_format"],
    "bgr_described.tif": [f"{CASES}::test_soil_is_red_and_water_is_blue_whatever_the_order_of_bands"],
    "planet_bgrn.tif, gee_s2_b2348.tif": [f"{CASES}::test_soil_is_red_and_water_is_blue_whatever_the_order_of_bands"],
    "landsat8_sr7.tif (SR_B1..SR_B7)": [f"{CASES}::test_landsat_8_has_its_wavelengths_and_no_thermal_band"],
    "EuroSAT tiles of s2_boadella_eurosat6": [f"{CASES}::test_the_narrow_near_infrared_of_eurosat_is_its_13th_band"],
    "antimeridian_utm1.tif": [
        f"{GROUND}::test_readers_open_what_lies_across_the_antimeridian",
        f"{CASES}::test_outlines_at_the_ends_of_the_map_are_valid",
    ],
    "lon_0_360.tif": [
        f"{GROUND}::test_rasters_of_the_field_are_exported_within_the_world",
        f"{CASES}::test_outlines_at_the_ends_of_the_map_are_valid",
    ],
    "polar_3031_pole.tif": [
        f"{GROUND}::test_rasters_of_the_field_are_exported_within_the_world",
        f"{CASES}::test_outlines_at_the_ends_of_the_map_are_valid",
    ],
    "gcp_only.tif": [f"{CASES}::test_ground_control_points_place_a_scene"],
    "ortho.jpg + ortho.jgw": [f"{TOGETHER}::test_a_picture_and_its_world_file_lie_where_that_says"],
    "transform_no_crs.tif": [
        f"{CASES}::test_what_is_left_out_is_said_with_what_to_do",
        f"{PLACE}::test_it_works",
    ],
    "float64_undeclared_dblmin.tif": [f"{CASES}::test_what_is_left_out_is_said_with_what_to_do"],
    "s2_baseline0400_offset.tif": [f"{CASES}::test_scale_and_offset_of_the_file_are_applied"],
    "ndvi_scaled.tif (scale 0.001)": [f"{CASES}::test_an_index_lies_between_its_ends"],
    "rgbn_water_nir_alpha_flag.tif": [f"{CASES}::test_near_infrared_that_is_flagged_as_alpha_is_a_band"],
    "coarse20.tif, then u16_rgb.tif (10 m), in both orders": [
        f"{CASES}::test_scenes_of_two_resolutions_meet_on_one_lattice",
        "tests/annotation/ingest/test_lattice.py::test_coarse_and_fine_scenes_share_the_lattice_in_either_order",
    ],
    "south_up.tif": [f"{CASES}::test_north_is_up"],
    "wl_tags_envi_nm.tif, wl_bare_numbers.tif, wl_comma.tif": [
        f"{CASES}::test_wavelengths_are_read_however_they_are_written"
    ],
    "S2_SAFE.zip, landsat_bands/": [
        f"{TOGETHER}::test_a_safe_archive_is_one_scene_at_its_finest_resolution",
        f"{TOGETHER}::test_loose_landsat_bands_are_one_scene_of_reflectance_with_its_date",
    ],
    "palette.tif": [
        f"{CASES}::test_a_colour_table_is_shown",
        "tests/mlcore/raster/test_palette.py::test_the_field_case_is_red_and_blue",
    ],
    "nodata_mismatch.tif (fill -32767, undeclared)": [
        f"{CASES}::test_what_is_left_out_is_said_with_what_to_do",
        f"{PLACE}::test_a_number_for_no_data_is_left_out_from_then_on",
    ],
    "ndvi_float_unnamed.tif": [f"{CASES}::test_an_unnamed_index_is_no_elevation_model"],
    "multipage.tif (4 pages)": [f"{CASES}::test_what_is_left_out_is_said_with_what_to_do"],
    "date_tag.tif": [f"{CASES}::test_a_date_in_the_tags_is_the_scene_s"],
    "cube.bsq + cube.hdr": [f"{TOGETHER}::test_it_works"],
    "ortho_30k_rgb.tif (30,000 x 30,000, sparse)": [
        f"{CASES}::test_an_everyday_orthophoto_is_looked_at_at_once",
        f"{CASES}::test_the_pixels_of_an_everyday_orthophoto_are_looked_at_within_their_time",
    ],
    "u16_rgb.tif": [f"{TABLE}::test_the_tools_of_coco_draw_the_label_of_a_whole_tile"],
}
