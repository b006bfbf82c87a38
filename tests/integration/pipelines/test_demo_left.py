"""What `vrp-map demo` leaves in the records and lists: the pilots, a story and the schools."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.demo_effects import planted_pilots
from pipelines.demo_pilots import WHO, leave_pilots
from pipelines.demo_schools import OTHERS, leave_schools
from tests.demo_store import demo_settings
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.story.service import public_story
from vrp_map.places.place_lists import added_places
from vrp_map.records.engine.database import Records


def test_the_demo_has_pilots_a_story_and_schools(tmp_path: Path) -> None:
    settings = replace(demo_settings(), records=tmp_path / "records", places=tmp_path / "places")
    assert leave_pilots(settings) == 29 and leave_pilots(settings) == 0
    assert leave_schools(settings, tmp_path) == OTHERS + 19
    assert leave_schools(settings, tmp_path) == 0
    records = Records(settings.records)
    pilots = Pilots(records, settings)
    known = pilots.all(WHO)
    routes = [one.pilot for one in known if one.pilot.kind == "route"]
    assert len(routes) == 19 and sum(one.route.is_funded for one in routes if one.route) == 11
    assert [one.pilot.kind for one in known].count("hex") == 1
    looks = pilots.latest_looks(WHO)
    judged = {one.pilot.name: looks[one.id].verdict for one in known if one.id in looks}
    assert judged.keys() == {one.name for one in planted_pilots()}
    assert sum(one.pilot.power is not None for one in known) == 2
    told = [one for one in known if public_story(pilots, one.reference)]
    assert told and all(one.pilot.decision == "keep" for one in told)
    schools = set(added_places(settings)["name"])
    assert {one.route.schools[0] for one in routes if one.route} <= schools
    assert all("(made up)" in name or name.startswith("Made-up") for name in schools)
    records.close()
