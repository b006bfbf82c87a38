"""What a build did with every row: the one account that people and programs read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from vrp_map.errors import FileRefused


@dataclass
class Ledger:
    """The account of one build. `rows_read == rows_accepted + rows_quarantined`, always.

    Attributes:
        reasons: code -> rows that failed by it; a row may fail by several.
        unlocated: accepted rows that give no place. outside: located, but in no local authority.
        names_cleaned: names in which characters that cannot be seen were replaced by a space.
        replaced: months that were there before and were replaced, with both counts.
        warnings: files that were taken, and what is odd about them. noted: the same with the number
            of rows by itself.
        skipped: files not read and why. refused: files that could not be taken, with the remedy.
    """

    snapshot: str = ""
    files: int = 0
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unlocated: int = 0
    outside: int = 0
    names_cleaned: int = 0
    distinct_locations: int = 0
    by_lad: dict[str, int] = field(default_factory=dict)
    by_month: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    published: bool = False
    replaced: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    noted: list[dict[str, Any]] = field(default_factory=list)

    def warn(self, file: str, problem: str, remedy: str, n: int | None = None) -> None:
        """Note what is odd about a file that was taken.

        Args:
            problem, remedy: sentences without numbers, for everybody to read. n: how many rows it
                is about.
        """
        self.noted.append({"file": file, "problem": problem, "remedy": remedy, "n": n})
        said = problem if n is None else f"{problem} Rows: {n:,}."
        self.warnings.append({"file": file, "problem": said, "remedy": remedy})

    def skip(self, file: str, why: str) -> None:
        self.skipped.append({"file": file, "why": why})

    def refuse(self, error: FileRefused) -> None:
        self.refused.append({"file": error.file, "problem": error.problem, "remedy": error.hint})

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "noted"}
