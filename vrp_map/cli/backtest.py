"""`vrp-map backtest`: how well would last month's map have named this month's places?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from vrp_map.errors import UserError
from vrp_map.vocabulary import DEFAULT_RESOLUTION


def register(app: typer.Typer, open_store: Callable[[Path | None], Any]) -> None:
    """Add the command to an application.

    Args:
        open_store: gives the `Workspace` of a store's folder, or of the settings' one.
    """

    @app.command()
    def backtest(
        store: Annotated[
            Path | None, typer.Option("--store", help="Folder of the warehouse snapshots.")
        ] = None,
        category: Annotated[
            list[str] | None,
            typer.Option("--category", help="Category or preset; may be repeated."),
        ] = None,
        resolution: Annotated[
            int, typer.Option("--resolution", help="H3 resolution, 7 (town) to 10 (streets).")
        ] = DEFAULT_RESOLUTION,
        share: Annotated[
            str, typer.Option("--share", help="Shares of the cells, separated by commas.")
        ] = "0.01,0.02,0.05",
        train_months: Annotated[
            int,
            typer.Option(
                "--train-months", min=1, help="Months needed before the first month scored."
            ),
        ] = 1,
        lattice: Annotated[
            str,
            typer.Option(
                "--lattice",
                help="area: every cell of the area; observed: only cells with an incident so far.",
            ),
        ] = "area",
        first: Annotated[
            str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")
        ] = None,
        last: Annotated[
            str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")
        ] = None,
        area: Annotated[
            list[str] | None, typer.Option("--area", help="Area by name or code; may be repeated.")
        ] = None,
        source: Annotated[
            list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")
        ] = None,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object instead of a table.")
        ] = False,
    ) -> None:
        """Rank the cells before each month, and score the ranks on that month."""
        from vrp_map.analysis.backtest.rolling import backtest as run

        ws = open_store(store).for_analysts()
        words = [
            word.strip()
            for given in category or ["violence"]
            for word in given.split(",")
            if word.strip()
        ]
        selection = ws.select(words, first=first, last=last, areas=area or (), sources=source or ())
        found = run(
            ws.reader,
            selection,
            resolution=resolution,
            shares=_shares(share),
            train_months=train_months,
            lattice=lattice,
        )
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else _text(found))


def _shares(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise UserError(
            f"{text!r} is not a list of shares.", hint="Write 0.01,0.02,0.05."
        ) from None


def _text(found: Any) -> str:
    """The summary as a table: a line for each method, capture, PAI and PEI* for each share."""
    from vrp_map.analysis.backtest.rolling import METHOD_WORDS

    summary = found.summary().set_index(["method", "share"])
    shares = list(dict.fromkeys(summary.index.get_level_values("share")))
    width = max(map(len, METHOD_WORDS.values()))
    first, last = found.months[0], found.months[-1]
    months = "month" if len(found.months) == 1 else "months"
    n = int(summary["n"].iloc[0])
    lines = [
        f"{len(found.months)} {months} scored, {first:%Y-%m} to {last:%Y-%m}: {n:,} incidents.",
        " " * width + "".join(f"  {f'{s:.3g} of the cells':>26}" for s in shares),
        " " * width + f"  {'captured':>10} {'PAI':>7} {'PEI*':>7}" * len(shares),
    ]
    for method in dict.fromkeys(summary.index.get_level_values("method")):
        rows = [summary.loc[(method, s)] for s in shares]
        cells = "".join(f"  {r['capture']:>10.1%} {r['pai']:>7.2f} {r['pei']:>7.2f}" for r in rows)
        lines.append(f"{METHOD_WORDS[method]:<{width}}{cells}")
    lines += ["", *_compared(found), *found.notes]
    return "\n".join(lines)


def _compared(found: Any) -> list[str]:
    """Ours against all counts so far, in words."""
    words = {
        "more": "captures more than",
        "less": "captures less than",
        "level": "cannot be told from",
    }
    mine = found.comparison[found.comparison["method"] == "ours"]
    return [
        f"At {row.share:.3g} of the cells ours {words[row.verdict]} all counts so far:"
        f" {row.gain:+.1%} (95% {row.low:+.1%} to {row.high:+.1%})."
        for row in mine.itertuples()
    ]
