"""Settings: defaults < `vrp.toml` < `VRP_*` environment < arguments."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import available_timezones

from vrp_map.errors import UserError
from vrp_map.resources import resource
from vrp_map.vocabulary import ALL_CATEGORIES, CATEGORIES, Role

_MOST_NAMED = 20
VIOLENCE = ("violence-and-sexual-offences", "possession-of-weapons", "robbery")

_LIMITS = (
    "most_pins_each",
    "pins_a_minute_each",
    "pins_a_minute_address",
    "connections_an_address",
    "responses_usual",
    "response_near_m",
    "response_near_days",
)


# Asking walks through every file of the time zone database.
_time_zones = cache(available_timezones)


@dataclass(frozen=True)
class Settings:
    """Everything an operator may change without touching code.

    `docs/settings.md` lists each one.
    """

    partnership: str = "West Midlands Violence Reduction Partnership"
    place: str = "West Midlands"
    # The same, as it stands in a sentence: "Violence in the West Midlands".
    place_in_words: str = "the West Midlands"
    # The clock of the place: times that say how far from UTC they are are turned to it.
    time_zone: str = "Europe/London"
    store: Path = Path("data/store")
    records: Path = Path("data/records")
    inbox: Path = Path("data/inbox")
    boundaries: Path = field(default_factory=lambda: resource("boundaries"))
    local_boundaries: Path = Path("data/boundaries")
    # Lists of postcodes, schools and stops that the operator added.
    places: Path = Path("data/places")
    # Tables about residents and hospital admissions: `vrp-map needs load`.
    needs: Path = Path("data/needs")
    # The streets under the hexagons: `vrp-map basemap add`.
    basemap: Path = Path("data/basemap")
    sources: Path = field(default_factory=lambda: resource("pipelines") / "sources")
    presets: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"violence": VIOLENCE, "all": tuple(CATEGORIES)}
    )
    # One incident in k is shown and stands for k, so that no number is under k:
    # docs/decisions/0002.
    partner_k: int = 5
    public_k: int = 10
    # Where the 32 secret bytes lie that choose them; without it, beside the snapshots of the store.
    secret_file: str = ""
    keep_snapshots: int = 3
    build_memory_mb: int = 512
    max_member_mb: int = 4096
    map_tiles_url: str = ""
    # A hall has one address for all its phones, so the limit of an address is that of a whole
    # summit.
    most_pins_each: int = 30
    pins_a_minute_each: int = 20
    pins_a_minute_address: int = 3000
    # Different people from one address at an event, in a day; 0 = no limit. One person with a
    # script can be so many of the wall_k of a number.
    phones_an_address: int = 2
    # Connections that one address may have open at once, so that one computer cannot keep the
    # others out.
    connections_an_address: int = 600
    # Minimum number of contributors before a hexagon appears on the wall (and to anyone
    # afterwards), and its size.
    wall_k: int = 5
    wall_resolution: int = 8
    # How often the wall may change: a slow interval lets more people in at a time.
    wall_every_s: int = 20
    # Where phones find this server, for the QR code: "http://192.168.1.20:8501". Without it, as the
    # staff page is.
    public_url: str = ""
    # What whoever sits at this computer may do, and in which areas (empty = in all), until there
    # are accounts.
    local_roles: str = ",".join(Role)
    local_areas: str = ""
    # Asked for on the staff pages: empty = a new one at each start, in the address that the start
    # prints; off = none.
    start_key: str = ""
    # An own list of words of harm, which put a free text first in the queue; without it, the one
    # that comes along.
    flag_words: str = ""
    # An own table of the answers that speak of an event's themes; without it, the one that comes
    # along.
    themes: str = ""
    # The official table of harm weights, as downloaded; none comes with the software.
    harm_weights: str = ""
    harm_index: str = "cambridge"
    harm_edition: str = ""
    # Own lists of responses (kinds, agencies, strands, tiers, clocks); without it, those that come
    # along.
    response_catalogue: str = ""
    # How many responses a quarter usually has: a quarter is called unusual only against this.
    responses_usual: int = 70
    # Own lists of pilots (approaches, kinds of dose); without it, those that come along.
    pilot_catalogue: str = ""
    # An own calendar of school days and of the hours of the way to school.
    school_calendar: str = ""
    # A response is near an incident when it lies within this distance and this many days.
    response_near_m: int = 500
    response_near_days: int = 7
    # By which server the digest goes out ("smtp.example.org:587"), from which address, and for whom
    # the server asks a password: it stands in a file, or in VRP_MAIL_PASSWORD. How the connection
    # is encrypted: starttls, tls, or none, which only a server on this computer may have.
    mail_server: str = ""
    mail_tls: str = "starttls"
    mail_from: str = ""
    mail_user: str = ""
    mail_password_file: str = ""
    # Which incidents meet the definition of serious violence: of these sources and Home Office
    # offence codes, with commas between; all incidents of the preset "violence" without any.
    response_sources: str = ""
    response_offences: str = ""

    def __post_init__(self) -> None:
        for name in ("partner_k", "public_k", "keep_snapshots", "wall_k", "wall_every_s", *_LIMITS):
            if getattr(self, name) < 1:
                raise UserError(
                    f"The setting {name} is {getattr(self, name)}.",
                    hint="Give a whole number of 1 or more.",
                )
        if self.time_zone not in _time_zones():
            raise UserError(
                f"The setting time_zone is {self.time_zone!r}.",
                hint="Give a name such as Europe/London.",
            )
        if self.phones_an_address < 0:
            raise UserError(
                f"The setting phones_an_address is {self.phones_an_address}.",
                hint="Give 0 for no limit, or more.",
            )
        if not 7 <= self.wall_resolution <= 9:
            raise UserError(
                f"The setting wall_resolution is {self.wall_resolution}.", hint="Choose 7, 8 or 9."
            )
        for role in self.roles - set(Role):
            raise UserError(
                f"The setting local_roles names the role {role}.", hint=nearest(role, list(Role))
            )
        for preset, categories in self.presets.items():
            for category in categories:
                if category not in ALL_CATEGORIES:
                    raise UserError(
                        f"The preset {preset} names the category {category}, which does not exist.",
                        hint=nearest(category, ALL_CATEGORIES),
                    )

    @property
    def roles(self) -> frozenset[str]:
        """`local_roles` as a set."""
        return frozenset(_words(self.local_roles))

    @property
    def response_source_names(self) -> tuple[str, ...]:
        """`response_sources` as a list."""
        return _words(self.response_sources)

    @property
    def response_offence_codes(self) -> tuple[str, ...]:
        """`response_offences` as a list."""
        return _words(self.response_offences)

    @property
    def areas(self) -> tuple[str, ...]:
        """`local_areas` as they are written: keys ("lad:E08000025") or names."""
        return _words(self.local_areas)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def load_settings(
    file: Path | None = None, *, environment: Mapping[str, str] | None = None, **arguments: Any
) -> Settings:
    """Read the settings from every layer; an unknown key is refused, naming the nearest
    known one.

    Args:
        file: a TOML file; without it `vrp.toml` in the working folder, if there is one.
        environment: instead of `os.environ`; only names that begin `VRP_` and match a setting are
            read.
        arguments: win over everything; `None` means "not given".
    """
    values: dict[str, Any] = {}
    path = file or Path("vrp.toml")
    if file is not None and not path.exists():
        raise UserError(
            f"There is no settings file {path}.", hint="Check the path, or leave the option out."
        )
    if path.exists():
        values |= _checked(_read_toml(path), where=str(path))
    environment = os.environ if environment is None else environment
    known = {f"VRP_{f.name.upper()}": f.name for f in fields(Settings)}
    values |= {known[name]: value for name, value in environment.items() if name in known}
    values |= _checked({k: v for k, v in arguments.items() if v is not None}, where="the arguments")
    return replace(Settings(), **{name: _convert(name, value) for name, value in values.items()})


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} is not valid TOML: {error}.", hint="Mend that line and try again."
        ) from error
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}).",
            hint="Give a settings file that you may read.",
        ) from error


def _checked(values: dict[str, Any], *, where: str) -> dict[str, Any]:
    names = [f.name for f in fields(Settings)]
    for key in values:
        if key not in names:
            raise UserError(f"Unknown setting {key} in {where}.", hint=nearest(key, names))
    return values


def _convert(name: str, value: Any) -> Any:
    """Bring a TOML or environment value to the setting's type."""
    kind = _kinds()[name]
    if kind is Path:
        return Path(value)
    if kind is int:
        try:
            # int() would take true for 1, and 1 hides no number.
            return int(
                value if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
            )
        except (TypeError, ValueError):
            raise UserError(
                f"The setting {name} is not a whole number.", hint="Give digits only."
            ) from None
    if name == "presets":
        if not isinstance(value, Mapping):
            raise UserError(
                "The setting presets is not a table.",
                hint='Write [presets] and lines like violence = ["robbery"].',
            )
        return {**Settings().presets, **{k: tuple(v) for k, v in value.items()}}
    return str(value)


@cache
def _kinds() -> dict[str, Any]:
    """The type of each setting; every page reads the settings, and working this out takes
    milliseconds.
    """
    return get_type_hints(Settings)


def nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.4)
    if close:
        return f"Did you mean {close[0]}?"
    words = sorted(str(k) for k in known)
    more = f" and {len(words) - _MOST_NAMED:,} more" if len(words) > _MOST_NAMED else ""
    return f"Known: {', '.join(words[:_MOST_NAMED])}{more}."
