"""The options that the commands share, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PORT = 8501
_EXPORTS = (
    "FILE.method.json beside a csv, table or geoparquet says how it was made; json and geojson"
    " hold it."
)

StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FOLDER", help="Folder of the warehouse, instead of the setting store."
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of a table.")
]
CategoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--category",
        metavar="NAME",
        help="Category or preset, may be repeated; violence if none is given.",
    ),
]
FromOption = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM", help="Last month.")]
AreaOption = Annotated[
    list[str] | None,
    typer.Option("--area", metavar="NAME", help="Area by name or code; may be repeated."),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only this source; may be repeated."),
]
ResolutionOption = Annotated[
    int,
    typer.Option("--resolution", metavar="7-10", help="Hexagon size: 7 (town) to 10 (streets)."),
]
AudienceOption = Annotated[
    str,
    typer.Option(
        "--audience", metavar="WHO", help="Who will see the result: analyst, partner or public."
    ),
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="table, csv, json, geojson or geoparquet.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help=f"Write to this file. {_EXPORTS}"),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="A settings file instead of vrp.toml."),
]
PortOption = Annotated[
    int,
    typer.Option(
        "--port", metavar="N", min=1, max=65535, help="Port of the pages on this computer."
    ),
]
HostOption = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help=(
            "0.0.0.0 lets phones in this network reach the pin page. Staff pages stay on this"
            " computer."
        ),
    ),
]
TlsCertOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-cert", metavar="FILE", help="Certificate (PEM), to encrypt pages and pins."
    ),
]
TlsKeyOption = Annotated[
    Path | None, typer.Option("--tls-key", metavar="FILE", help="The certificate's private key.")
]
PublicUrlOption = Annotated[
    str | None,
    typer.Option(
        "--public-url",
        metavar="URL",
        help="Where phones find this computer: http://192.168.1.20:8501.",
    ),
]
ShapesOption = Annotated[
    str,
    typer.Option(
        "--shapes",
        metavar="SHAPES",
        help=(
            "clusters: named areas, drawn as the outline of their hexagons. cells: every hexagon."
            " json has both."
        ),
    ),
]
ClustersOption = Annotated[
    str,
    typer.Option(
        "--clusters",
        metavar="HOW",
        help="Areas from cells; where points are exact, also from dbscan or hdbscan.",
    ),
]
RadiusOption = Annotated[
    float,
    typer.Option(
        "--radius", metavar="METRES", help="Largest distance between neighbours, for dbscan."
    ),
]
FewestOption = Annotated[
    int,
    typer.Option(
        "--min-incidents",
        metavar="N",
        help="Fewest incidents of a cluster, for dbscan and hdbscan.",
    ),
]
PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="CSV, CSV.GZ or zip files, or folders of them."),
]
SupplierOption = Annotated[
    str | None,
    typer.Option(
        "--source", metavar="NAME", help="Supplier of the files, if the columns should not decide."
    ),
]
ByOption = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="UNIT",
        help="cell, force, lad, npu, lpa, ward, lsoa, ho-hex, month or category.",
    ),
]
ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", metavar="CODE", help="Only records refused for this reason."),
]
RowsOption = Annotated[
    int, typer.Option("--rows", metavar="N", min=0, help="How many refused records to show.")
]
DemoMonthsOption = Annotated[
    int, typer.Option("--months", metavar="N", min=2, max=60, help="Number of months of data.")
]
DemoFolderOption = Annotated[
    Path, typer.Option("--folder", metavar="FOLDER", help="Where the synthetic files go.")
]
