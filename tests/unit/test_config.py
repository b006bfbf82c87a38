"""Settings: which layer wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrp_map.config import VIOLENCE, Settings, load_settings, nearest
from vrp_map.errors import UserError


def written(folder: Path, text: str) -> Path:
    file = folder / "vrp.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_arguments_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    file = written(tmp_path, 'store = "file"\nplace = "Avon"\npartner_k = 6\n')
    environment = {
        "VRP_STORE": "environment",
        "VRP_PLACE": "Kent",
        "VRP_REAL_DATA": "is none of ours",
    }
    found = load_settings(file, environment=environment, store="argument", inbox=None)
    assert (found.store, found.place, found.partner_k, found.public_k) == (
        Path("argument"),
        "Kent",
        6,
        10,
    )
    assert found.inbox == Settings().inbox


def test_the_file_of_the_working_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, 'place = "Avon"')
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}).place == "Avon"


def test_unknown_keys_name_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"Unknown setting partner_kk in .*vrp\.toml\. Did you mean partner_k\?"
    ):
        load_settings(written(tmp_path, "partner_kk = 5"), environment={})
    with pytest.raises(UserError, match="in the arguments"):
        load_settings(environment={}, stores="x")


@pytest.mark.parametrize("value", ['"five"', "5.7", "true", "[5]", '""'])
def test_a_threshold_is_a_whole_number(value: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="partner_k is not a whole number"):
        load_settings(written(tmp_path, f"partner_k = {value}"), environment={})


def test_a_threshold_is_at_least_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="partner_k is 0"):
        load_settings(written(tmp_path, "partner_k = 0"), environment={})
    assert load_settings(environment={"VRP_PUBLIC_K": "12"}).public_k == 12


def test_presets_add_to_the_usual_ones(tmp_path: Path) -> None:
    found = load_settings(
        written(tmp_path, '[presets]\nknives = ["possession-of-weapons"]'), environment={}
    )
    assert (
        found.presets["knives"] == ("possession-of-weapons",)
        and found.presets["violence"] == VIOLENCE
    )


def test_a_preset_of_unknown_categories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"preset knives names the category knife"):
        load_settings(written(tmp_path, '[presets]\nknives = ["knife"]'), environment={})
    with pytest.raises(UserError, match="presets is not a table"):
        load_settings(environment={"VRP_PRESETS": "violence"})


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not valid TOML"):
        load_settings(written(tmp_path, "place = "), environment={})
    with pytest.raises(UserError, match="no settings file"):
        load_settings(tmp_path / "none.toml", environment={})
    with pytest.raises(UserError, match="cannot be read"):
        load_settings(tmp_path, environment={})


def test_nearest() -> None:
    assert nearest("robery", ["robbery", "drugs"]) == "Did you mean robbery?"
    assert nearest("zzz", ["robbery", "drugs"]) == "Known: drugs, robbery."


def test_the_table_of_harm_weights_is_none_until_one_is_named(tmp_path: Path) -> None:
    assert (Settings().harm_weights, Settings().harm_index, Settings().harm_edition) == (
        "",
        "cambridge",
        "",
    )
    file = written(
        tmp_path, 'harm_weights = "css.xlsx"\nharm_index = "ons"\nharm_edition = "July 2026"'
    )
    found = load_settings(file, environment={"VRP_HARM_EDITION": "August 2026"})
    assert (found.harm_weights, found.harm_index, found.harm_edition) == (
        "css.xlsx",
        "ons",
        "August 2026",
    )


def test_roles_of_this_computer() -> None:
    assert load_settings(environment={"VRP_LOCAL_ROLES": "navigator, moderator"}).roles == {
        "navigator",
        "moderator",
    }
    with pytest.raises(UserError, match="the role moderater"):
        load_settings(environment={"VRP_LOCAL_ROLES": "moderater"})


def test_the_wall_has_hexagons_of_a_size_that_exists() -> None:
    with pytest.raises(UserError, match="wall_resolution is 10"):
        Settings(wall_resolution=10)
