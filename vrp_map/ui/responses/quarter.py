"""The account of a quarter on the page, with its files."""

from __future__ import annotations

import html

import streamlit as st

from vrp_map.principal import Principal
from vrp_map.responses.quarter import files
from vrp_map.responses.quarter.figures import quarter_of, read_quarter
from vrp_map.responses.service import Responses
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import plain
from vrp_map.vocabulary import Audience

_QUARTERS = 12
_AUDIENCES = {
    Audience.ANALYST: "Exact, for the partnership",
    Audience.PARTNER: "Rounded, for partners",
    Audience.PUBLIC: "For the public",
}


def show(responses: Responses, who: Principal) -> None:
    """Choose a quarter and who will read it; the sentence, the numbers, the files."""
    now = session.now()
    local = responses.local(now)
    st.html("<h2>The quarter</h2>")
    name = st.selectbox("Quarter", _names(quarter_of(local.date()).first.toordinal()), index=1)
    audience = st.selectbox("Who reads it", list(_AUDIENCES), format_func=_AUDIENCES.__getitem__)
    found = responses.quarter(who, read_quarter(name), audience=audience, now=now)
    is_synthetic = responses.is_synthetic(found.quarter)
    st.markdown(f"**{plain(found.sentence)}**")
    for said in files.findings_of(found):
        st.markdown(plain(said))
    rows = "".join(
        f"<tr><td>{html.escape(part)}</td><th scope='row'>{html.escape(what)}</th>"
        f"<td>{html.escape(f'{n:,}' if isinstance(n, (int, float)) else str(n))}</td></tr>"
        for part, what, n in files.rows_of(found)
    )
    head = "<th scope='col'>Part</th><th scope='col'>What</th><th scope='col'>Number</th>"
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain'><thead><tr>"
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    st.caption(plain(files.method_of(found)))
    partnership = responses.settings.partnership
    page = files.to_html(found, partnership=partnership, now=now, is_synthetic=is_synthetic)
    sheet = files.to_xlsx(found, now=now, is_synthetic=is_synthetic)
    lines = files.to_csv(found, now=now, is_synthetic=is_synthetic)
    with st.container(horizontal=True):
        file_button("Return to print (HTML)", page, f"responses-{name}.html")
        file_button("Numbers (XLSX)", sheet, f"responses-{name}.xlsx")
        file_button("Numbers (CSV)", lines, f"responses-{name}.csv")


def _names(first_day: int) -> list[str]:
    """The quarter that a day lies in and those before it, the latest first."""
    from datetime import date

    day, found = date.fromordinal(first_day), []
    for _ in range(_QUARTERS + 1):
        quarter = quarter_of(day)
        found.append(quarter.name)
        day = date.fromordinal(quarter.first.toordinal() - 1)
    return found
