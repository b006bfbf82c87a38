"""One pilot: what may be said of it, where it runs, how much of it there was, and who did what."""

from __future__ import annotations

import html

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.dose import DoseAccount, hours_words
from vrp_map.pilots.look import judged_words
from vrp_map.pilots.pilot import Pilot, PilotDecision, PilotPlaces, PilotState
from vrp_map.pilots.places import is_cell
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.ui.pilots import alike, charts, osara, picture, steps, story, visits
from vrp_map.ui.responses import here
from vrp_map.ui.shared import session, words
from vrp_map.ui.shared.figures import figures
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.wording import day_words, period_of_days

_MOST_PLACES = 20
_PURPOSES = {"a": "Is the problem still there?", "b": "Did we cause the change?"}


def show(pilots: Pilots, who: Principal, reference: str) -> None:
    """The page of a pilot; says so where there is none of that reference."""
    try:
        record = pilots.record(who, reference)
    except UserError as mistake:
        st.title("There is no such pilot", anchor=False)
        st.warning(of_mistake(mistake))
        return
    pilot = record.pilot
    st.title(plain(pilot.name), anchor=False)
    change = f"<a href='/pilots?pilot={record.reference}&change=1'>Change the plan</a>"
    more = f" {change}" if who.may(Action.WRITE_PILOTS) else ""
    st.html(f"<p class='event-links'><a href='/pilots'>All pilots</a>{more}</p>")
    if trouble := st.session_state.pop("pilot_trouble", None):
        st.error(plain(trouble))
    if said := st.session_state.pop("pilot_said", None):
        st.success(plain(said))
    _power(pilot)
    _verdict(pilots, who, record)
    for warning in pilots.overlaps(who, pilot, id=record.id):
        st.warning(plain(warning))
    picture.show(pilot.places)
    alike.show(pilots, who, record)
    _dose(pilots.dose(who, record, now=session.now()))
    here.of_pilot(pilot)
    _plans(who, record)
    if who.may(Action.LOG_DOSE) and pilots.today(session.now()) >= pilot.start:
        visits.show(pilots, record)
    _facts(pilots, record)
    _steps(who, record)
    _history(pilots, who, record)


def _verdict(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    looks = pilots.looks(who, record)
    st.html("<h2>Did it work?</h2>")
    said = looks[-1].look.sentence if looks else "Not judged yet."
    st.html(f"<p class='verdict'>{html.escape(said)}</p>")
    if looks:
        judged = [(one.written_at.date(), one.look.verdict) for one in looks]
        st.caption(plain(judged_words(judged)))
        charts.course(looks[-1].look.course)
        if looks[-1].look.harm:
            st.html(f"<h3>Weighed by harm</h3><p>{html.escape(looks[-1].look.harm)}</p>")
    if who.may(Action.JUDGE_PILOTS) and record.pilot.state != PilotState.DRAFT:
        st.button("Judge it on the data there are now", on_click=steps.act, args=(_judge, record))


def _power(pilot: Pilot) -> None:
    """What was said before the start; whoever approves reads it first."""
    if pilot.power is None:
        if pilot.state == PilotState.DRAFT:
            st.html(
                "<h2>Can it be shown to work at this size?</h2><p>Nobody has worked it out yet: an"
                " analyst can, below.</p>"
            )
        return
    day = day_words(pilot.power.worked_out)
    st.html(
        "<h2>Can it be shown to work at this size?</h2>"
        f"<p><strong>{html.escape(pilot.power.light.capitalize())}.</strong>"
        f" {html.escape(pilot.power.sentence)}</p><p class='under'>Worked out on {day}.</p>"
    )


def _plans(who: Principal, record: PilotRecord) -> None:
    found = session.osara_plans().of_pilot(who, record.reference)
    links = osara.links_of(who, found, f"&pilot={record.reference}")
    st.html(f"<h2>Plan of the problem (OSARA)</h2>{links}")


def _dose(account: DoseAccount) -> None:
    st.html(f"<h2>How much of it there was</h2><p>{html.escape(account.sentence)}</p>")
    if not account.visits:
        return

    def number(value: float | None, form: str) -> str:
        return "not recorded" if value is None else form.format(value)

    figures(
        [
            ("Days × places with a visit", number(account.place_days, "{:,}")),
            ("Person-hours", number(account.hours, "{:,.0f}")),
            ("Planned so far", number(account.planned_hours, "{:,.0f} hours")),
            ("Usual visit", number(account.median_minutes, "{:,.0f} minutes")),
            ("Cost of an hour", number(account.cost_per_hour, "£{:,.0f}")),
        ]
    )
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(_place_words(one.place))}</th>"
        f"<td>{one.place_days:,}</td>"
        f"<td>{hours_words(one.hours)}</td><td>{html.escape(one.served)}</td></tr>"
        for one in account.by_place[:_MOST_PLACES]
    )
    charts.draw_table(("Place", "Days with a visit", "Person-hours", "Against the plan"), rows)


def _place_words(place: str) -> str:
    """A hexagon by the nearest named place, and its own name; a place of a sheet as it was said."""
    if not is_cell(place):
        return place
    return f"{session.responses().places.name_of(place)} ({place})"


def _facts(pilots: Pilots, record: PilotRecord) -> None:
    pilot = record.pilot
    approach = pilots.catalogue.approaches.get(pilot.approach)
    facts = {
        "Reference": record.reference,
        "Stage": pilot.stage(pilots.today(session.now())).capitalize(),
        "When": period_of_days(pilot.start, pilot.end),
        "Purpose": _PURPOSES[pilot.purpose],
        "Judged by": ", ".join(map(words.category, pilot.outcomes)),
        "Area": _area_words(pilot.places),
        "Lead": pilot.lead,
        "Designed with": ", ".join(pilot.co_designers),
        "Why it should work": pilot.theory_of_change,
        "What others found": (
            f"{approach.words}: {approach.impact} impact; {approach.found} ({approach.source}, read"
            f" {day_words(approach.checked_on)}). No forecast for this place."
            if approach
            else ""
        ),
        "Cost": "" if pilot.budget is None else f"£{pilot.budget:,.0f}",
        "Fund": pilot.fund,
        **_route_facts(pilot),
        "Side effects to look for": pilot.side_effects,
        "Decision": f"{pilot.decision.capitalize()}. {pilot.decision_because}"
        if pilot.decision
        else "",
        "What was learnt": pilot.learning,
    }
    rows = "".join(
        f"<tr><th scope='row'>{name}</th><td>{html.escape(value)}</td></tr>"
        for name, value in facts.items()
        if value
    )
    st.html(f"<h2>The plan</h2><table class='plain'><tbody>{rows}</tbody></table>")


def _area_words(places: PilotPlaces) -> str:
    """How many hexagons, and from what they were drawn."""
    drawn = " ".join(part for part in (places.drawn_as, places.drawn_from) if part)
    many = f"{len(places.area):,} hexagon{'s' if len(places.area) > 1 else ''}"
    return many if drawn == "hexagons" else f"{many}, from: {drawn}"


def _route_facts(pilot: Pilot) -> dict[str, str]:
    route = pilot.route
    if route is None:
        return {}
    windows = ", ".join(f"{w.first:%H:%M} to {w.last:%H:%M}" for w in route.windows)
    held = "not recorded" if route.sessions_held is None else f"{route.sessions_held:,}"
    planned = "none" if route.sessions_planned is None else f"{route.sessions_planned:,}"
    return {
        "Schools": ", ".join(route.schools),
        "Direction": route.direction,
        "Hours": windows,
        "Provider": route.provider,
        "Funded": "yes" if route.is_funded else "no",
        "Sessions": f"{planned} planned, held: {held}",
        "Incidents in its hours": (
            "Cannot be counted: the data give the month of an incident, not its hour."
        ),
    }


def _steps(who: Principal, record: PilotRecord) -> None:
    """What may be done next: an analyst compares, a lead approves and decides."""
    if record.pilot.state == PilotState.DRAFT and who.may(Action.JUDGE_PILOTS):
        st.html("<h2>The comparison</h2>")
        st.markdown(
            "Places whose past is most like the pilot's, away from every other pilot and its ring."
        )
        st.button("Find a comparison", on_click=steps.act, args=(_compare, record))
        st.html("<h2>Could it be shown to work?</h2>")
        st.markdown("By the incidents of its places before the start, and on made-up pilots.")
        st.button("Work out what would show", on_click=steps.act, args=(_prospect, record))
    if not who.may(Action.APPROVE_PILOTS):
        return
    state = record.pilot.state
    st.html("<h2>Next step</h2>")
    if state == PilotState.DRAFT:
        st.markdown("An approval fixes the area, the days, the outcomes and the planned dose.")
        st.button("Approve the plan", on_click=steps.act, args=(_approve, record))
        return
    with st.form("pilot_decide"):
        st.selectbox("Decision", [*PilotDecision], format_func=str.capitalize, key="pilot_decision")
        st.text_area("Why, in one sentence. No names of people.", key="pilot_why", max_chars=2000)
        st.form_submit_button("Decide", on_click=steps.act, args=(_decide, record))
    if state == PilotState.DECIDED:
        shown = record.pilot.is_public
        words = "Take it back from other staff" if shown else "Sign it off for all staff"
        if not shown:
            st.checkbox(
                "If the words look like a name: they name nobody (this is in the audit)",
                key="pilot_past",
            )
        st.button(words, on_click=steps.act, args=(_publish, record))
        story.steps(record)


def _compare(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    choice = pilots.compare(who, record, session.workspace(), now=session.now())
    st.session_state["pilot_said"] = choice.match.sentence


def _prospect(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    pilots.prospect(who, record, session.workspace(), now=session.now())


def _judge(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    pilots.judge(who, record, session.workspace(), now=session.now())


def _approve(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    pilots.approve(who, record, now=session.now())


def _decide(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    state = st.session_state
    decision = PilotDecision(state["pilot_decision"])
    pilots.decide(who, record, decision, because=state["pilot_why"], now=session.now())


def _publish(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    pilots.publish(
        who,
        record,
        is_public=not record.pilot.is_public,
        now=session.now(),
        past_flags=bool(st.session_state.get("pilot_past")),
    )


def _history(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    rows = "".join(
        f"<tr><td>{v.version}</td><td>{day_words(v.written_at.date())}</td>"
        f"<td>{html.escape(v.written_by)}</td><td>{html.escape(v.act)}</td>"
        f"<td>{html.escape(v.why)}</td></tr>"
        for v in pilots.history(who, record)
    )
    st.html("<h2>Who changed what</h2>")
    charts.draw_table(("Version", "Day", "Who", "Did", "Why"), rows)
