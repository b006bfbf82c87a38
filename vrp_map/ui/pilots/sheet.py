"""Pilots or school routes from a file: what is new is shown before it is saved; and the list as a
file to copy.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.pilots.pilot import Pilot
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.sheets.pilots import to_csv, to_json
from vrp_map.pilots.sheets.read import read_pilots
from vrp_map.principal import Principal
from vrp_map.ui.pilots.charts import draw_table
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.wording import period_of_days

Found = Sequence[tuple[UUID, Pilot]]
_SAID, _TROUBLE = "pilots_imported", "pilots_import_trouble"


def show(pilots: Pilots, who: Principal) -> None:
    """The file of pilots, its preview and the button; below it the pilots there are, as files."""
    take(
        "Add pilots from a file",
        ["json", "csv", "xlsx"],
        read=lambda name, data: read_pilots(name, data, pilots, who),
        known={record.id for record in pilots.all(who)},
        save=lambda new: session.pilots().add(session.principal(), new, now=session.now()),
    )
    records = pilots.all(who)
    if not records:
        return
    with st.container(horizontal=True):
        file_button(
            "The pilots as CSV",
            lambda: to_csv(records).encode(),
            "pilots.csv",
        )
        file_button(
            "As JSON, with every field",
            lambda: to_json(records).encode(),
            "pilots.json",
        )


def take(
    title: str,
    kinds: list[str],
    *,
    read: Callable[[str, bytes], Found],
    known: Collection[UUID],
    save: Callable[[Found], list[str]],
) -> None:
    """A file to add, folded away: what of it is new, and the button that saves it as drafts.

    Args:
        read: name and content of the file -> what it holds. known: ids that are there already.
        save: keeps what is new, and gives the references.
    """
    if done := st.session_state.pop(_SAID, None):
        st.success(plain(done))
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(plain(trouble))
    with st.expander(title):
        label = "JSON as exported here, a CSV file or an XLSX sheet"
        label = label if "json" in kinds else "A CSV file or an XLSX sheet, one line each"
        file = st.file_uploader(label, type=kinds, key="pilots_file")
        if file is None:
            return
        try:
            found = read(file.name, file.getvalue())
        except UserError as mistake:
            st.error(of_mistake(mistake))
            return
        new = [(id, pilot) for id, pilot in found if id not in known]
        _preview(new, already=len(found) - len(new), save=save)


def _preview(new: Found, *, already: int, save: Callable[[Found], list[str]]) -> None:
    said = f"{already:,} are there already and stay as they are." if already else ""
    st.markdown(f"New: {len(new):,}. {said}")
    if not new:
        return
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(pilot.name)}</th>"
        f"<td>{html.escape(period_of_days(pilot.start, pilot.end))}</td>"
        f"<td>{len(pilot.places.area):,}</td></tr>"
        for _, pilot in new
    )
    draw_table(("Name", "When", "Hexagons"), rows)
    st.button(f"Save {len(new):,} as drafts", type="primary", on_click=_save, args=(new, save))


def _save(new: Found, save: Callable[[Found], list[str]]) -> None:
    try:
        saved = save(new)
        st.session_state[_SAID] = f"Saved as drafts: {', '.join(saved)}."
    except UserError as mistake:
        st.session_state[_TROUBLE] = str(mistake)
