"""The list of pilots: what each cost, how much of it there was, and what may be said of it."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.pilots.dose import DoseAccount
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.pilot import PilotKind
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.pilots.verdict import Verdict
from vrp_map.principal import Principal
from vrp_map.ui.pilots import charts, sheet
from vrp_map.ui.shared import session
from vrp_map.wording import period_of_days

ALL = "All"
NOT_JUDGED = "not judged"
_KINDS = {
    ALL: "All pilots",
    PilotKind.PLACE: "Places",
    PilotKind.ROUTE: "School routes",
    PilotKind.HEX: "Home Office hexagons",
}
_TITLES = ("Pilot", "When", "Verdict", "Dose", "Cost", "Decision")


def show(pilots: Pilots, who: Principal) -> None:
    """The headline, the filters and the list."""
    known, looks = pilots.all(who), pilots.latest_looks(who)
    verdicts = {r.id: looks[r.id].verdict if r.id in looks else NOT_JUDGED for r in known}
    st.title(_headline(list(verdicts.values())), anchor=False)
    links = "<a href='/pilots?pilot=decisions'>Keep, change or stop</a>"
    if who.may(Action.WRITE_PILOTS):
        links += " <a href='/pilots?pilot=new'>Record a pilot</a>"
    st.html(f"<p class='event-links'>{links}</p>")
    if not known:
        st.markdown(
            "Here you would see what was tried where, in what dose, and whether it worked."
            " **First step:** record a pilot, or add a sheet of them below."
        )
        _files(pilots, who)
        return
    kind_column, verdict_column = st.columns(2)
    kind = kind_column.selectbox(
        "Kind", list(_KINDS), format_func=lambda one: _KINDS[one], key="pilots_kind"
    )
    verdict = verdict_column.selectbox(
        "Verdict", [ALL, *Verdict, NOT_JUDGED], format_func=str.capitalize, key="pilots_verdict"
    )
    shown = [
        record
        for record in known
        if kind in (ALL, record.pilot.kind) and verdict in (ALL, verdicts[record.id])
    ]
    if not shown:
        st.markdown("No pilot is of this kind and verdict.")
        return
    rows = "".join(_row(pilots, who, record, looks.get(record.id)) for record in shown)
    head = "".join(f"<th scope='col'>{title}</th>" for title in _TITLES)
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    charts.forest(pilots.forest(who))
    st.caption(
        "Not shown means that the data cannot tell, not that the pilot failed. Cannot be shown"
        " means that there are too few incidents ever to tell."
    )
    _files(pilots, who)


def _files(pilots: Pilots, who: Principal) -> None:
    if who.may(Action.WRITE_PILOTS):
        sheet.show(pilots, who)


def _headline(verdicts: Sequence[str]) -> str:
    if not verdicts:
        return "There is no pilot yet"
    found = Counter(verdicts)
    order = [*Verdict, NOT_JUDGED]
    said = ", ".join(f"{found[one]:,} {one}" for one in order if found[one])
    return f"{len(verdicts):,} {'pilot' if len(verdicts) == 1 else 'pilots'}: {said}"


def _row(pilots: Pilots, who: Principal, record: PilotRecord, look: PilotLook | None) -> str:
    pilot = record.pilot
    account = pilots.dose(who, record, now=session.now())
    stage = pilot.stage(pilots.today(session.now()))
    verdict = look.verdict.capitalize() if look else "Not judged"
    cells = {
        "Pilot": f"<a href='/pilots?pilot={record.reference}'>{record.reference}</a>"
        f" {html.escape(pilot.name)}",
        "When": html.escape(f"{period_of_days(pilot.start, pilot.end)} ({stage})"),
        "Verdict": html.escape(verdict),
        "Dose": html.escape(dose_words(record, account)),
        "Cost": "not recorded" if pilot.budget is None else f"£{pilot.budget:,.0f}",
        "Decision": html.escape(pilot.decision.capitalize() or "None yet"),
    }
    return (
        "<tr>"
        + "".join(f'<td data-label="{name}"><span>{v}</span></td>' for name, v in cells.items())
        + "</tr>"
    )


def dose_words(record: PilotRecord, account: DoseAccount) -> str:
    """The dose in a few words; of a route, its sessions."""
    route = record.pilot.route
    if route and route.sessions_planned:
        if route.sessions_held is None:
            return f"not recorded ({route.sessions_planned:,} sessions planned)"
        share = route.sessions_held / route.sessions_planned
        return f"{share:.0%} of {route.sessions_planned:,} sessions"
    if not account.visits:
        return "not recorded"
    gap = ", with gaps" if account.months_not_recorded else ""
    if account.delivered_share is None:
        return f"{account.place_days or 0:,} place-days{gap}"
    return f"{account.delivered_share:.0%} of the plan{gap}"


def for_partners(pilots: Pilots, who: Principal) -> None:
    """The pilots that were signed off: no hexagon and no count."""
    seen = pilots.outlines(who)
    st.title("Pilots and what was learnt", anchor=False)
    if not seen:
        st.markdown("No pilot was signed off yet.")
        return
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(one.name)}</th>"
        f"<td>{html.escape(period_of_days(one.start, one.end))}</td>"
        f"<td>{html.escape(one.verdict.capitalize())}</td>"
        f"<td>{html.escape(one.decision.capitalize())}</td>"
        f"<td>{html.escape(one.learning or 'not said')}</td></tr>"
        for one in seen
    )
    titles = ("Pilot", "When", "Verdict", "Decision", "What was learnt")
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
