"""What an import would do: lines that are new, lines that change a grant, lines to ask about. Pure.

A grant is known by its reference. A line without one is the same grant where all its words and its
amount are; where only some are, nobody but its author can know, and it is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from vrp_map.errors import UserError
from vrp_map.funding.grant import Grant, GrantRecord, identity, restated, updated
from vrp_map.funding.report import pounds
from vrp_map.funding.sheet import GrantLine, GrantSheet

# The answer to a question: it is another grant. Every other answer is the reference of a grant.
NEW_GRANT = "new"
_MOST_ASKED = 3


@dataclass(frozen=True)
class GrantChange:
    """A grant and what a line makes of it.

    Attributes:
        reference: that the line gives, where the grant had none but ours.
    """

    record: GrantRecord
    line: GrantLine
    after: Grant
    reference: str = ""


@dataclass(frozen=True)
class GrantQuestion:
    """A line that may be a grant that is there, or another one.

    Attributes:
        candidates: the grants that it may be, the likeliest first.
    """

    line: GrantLine
    candidates: tuple[GrantRecord, ...]

    @property
    def sentence(self) -> str:
        """What is asked."""
        assert self.line.grant is not None
        here = _said(self.line.grant)
        there = " or ".join(f"{one.reference} ({_said(one.grant)})" for one in self.candidates)
        return f"Line {self.line.line:,}, {here}: is it {there}, or another grant?"


def _said(grant: Grant) -> str:
    return f"{grant.purpose}, {pounds(float(grant.amount))}"


@dataclass(frozen=True)
class ImportPlan:
    """What is done with each line; those that are there as they stand are in none of them."""

    added: tuple[GrantLine, ...]
    changed: tuple[GrantChange, ...]
    questions: tuple[GrantQuestion, ...]


def import_plan(
    sheet: GrantSheet,
    known: Sequence[GrantRecord],
    *,
    references: Mapping[str, UUID],
    digests: Mapping[str, UUID],
    answers: Mapping[int, str],
) -> ImportPlan:
    """What an import of a sheet would do.

    Args:
        known: the grants as they stand. references: every reference that a grant has or had,
            folded. digests: of the lines that grants came from. answers: number of a line -> the
            reference of the grant that it is, or `NEW_GRANT`.

    Raises:
        UserError: an answer names no grant, or one that another line is.
    """
    return _OpenImport(known, references, digests, answers).plan(sheet)


@dataclass
class _OpenImport:
    """One import: a grant leaves `left` when a line of the sheet is it."""

    known: Sequence[GrantRecord]
    references: Mapping[str, UUID]
    digests: Mapping[str, UUID]
    answers: Mapping[int, str]
    changed: list[GrantChange] = field(default_factory=list)

    def plan(self, sheet: GrantSheet) -> ImportPlan:
        self.left = {record.id: record for record in self.known}
        waiting = sheet.grants
        for step in (self._by_answer, self._by_reference, self._by_line, self._by_words):
            waiting = [line for line in waiting if not step(line)]
        added: list[GrantLine] = []
        questions: list[GrantQuestion] = []
        for line in waiting:
            likely = [] if self.answers.get(line.line) == NEW_GRANT else self._likely(line)
            if likely:
                questions.append(GrantQuestion(line, tuple(likely[:_MOST_ASKED])))
            else:
                added.append(line)
        return ImportPlan(tuple(added), tuple(self.changed), tuple(questions))

    def _by_answer(self, line: GrantLine) -> bool:
        """The line is the grant that somebody says it is."""
        answer = self.answers.get(line.line, NEW_GRANT)
        if answer == NEW_GRANT:
            return False
        record = self.left.pop(self.references.get(folded_reference(answer), UUID(int=0)), None)
        if record is None:
            raise UserError(
                f"Line {line.line:,} cannot be {answer}: there is no such grant, or another line"
                " is it.",
                hint="`vrp-map funding list` has the references.",
            )
        self._restate(record, line)
        return True

    def _by_reference(self, line: GrantLine) -> bool:
        """The line names the grant, and is about the same thing."""
        id = self.references.get(folded_reference(line.reference)) if line.reference else None
        record = self.left.get(id) if id else None
        if record is None or not _is_about(record.grant, line.grant):
            return False
        self._restate(self.left.pop(record.id), line)
        return True

    def _by_line(self, line: GrantLine) -> bool:
        """The line came before, and the grant still stands as it says."""
        record = self.left.get(self.digests.get(line.digest, UUID(int=0)))
        if record is None or _words(record.grant) != _words(line.grant):
            return False
        if not self._may_be(record, line):
            return False
        self._keep(self.left.pop(record.id), line, record.grant)
        return True

    def _by_words(self, line: GrantLine) -> bool:
        """All words and the amount are those of a grant; of several the first."""
        same = (
            record
            for record in self.left.values()
            if _words(record.grant) == _words(line.grant) and self._may_be(record, line)
        )
        if (record := next(same, None)) is None:
            return False
        assert line.grant is not None
        after = updated(record.grant, line.grant, has_state=line.has_state)
        self._keep(self.left.pop(record.id), line, after)
        return True

    def _restate(self, record: GrantRecord, line: GrantLine) -> None:
        assert line.grant is not None
        after = restated(record.grant, line.grant, has_state=line.has_state)
        self._keep(record, line, after)

    def _keep(self, record: GrantRecord, line: GrantLine, after: Grant) -> None:
        is_known = folded_reference(line.reference) in self.references
        reference = "" if is_known else line.reference
        if after != record.grant or reference:
            self.changed.append(GrantChange(record, line, after, reference))

    def _may_be(self, record: GrantRecord, line: GrantLine) -> bool:
        """Two references that were given are two grants, whatever the words."""
        return not (line.reference and record.is_reference_given)

    def _likely(self, line: GrantLine) -> list[GrantRecord]:
        """The grants that a line may be: the one it names or came from, then those of most of its
        words.
        """
        assert line.grant is not None
        named = self.references.get(folded_reference(line.reference)) if line.reference else None
        first = [id for id in (named, self.digests.get(line.digest)) if id in self.left]
        alike = [
            record.id
            for record in self.left.values()
            if _is_alike(record.grant, line.grant) and self._may_be(record, line)
        ]
        return [self.left[id] for id in dict.fromkeys([*first, *alike]) if id is not None]


def folded_reference(text: str) -> str:
    """A reference as it is compared: without case and spaces."""
    return "".join(text.casefold().split())


def _words(grant: Grant | None) -> str:
    return "" if grant is None else identity(grant)


def _same(one: object, other: object) -> bool:
    return " ".join(str(one).casefold().split()) == " ".join(str(other).casefold().split())


def _is_about(there: Grant, here: Grant | None) -> bool:
    """Whether a line that names a grant is of it: neither its stream nor its purpose is another,
    or only one of them.
    """
    return here is not None and (
        _same(there.stream, here.stream) or _same(there.purpose, here.purpose)
    )


def _is_alike(one: Grant, other: Grant) -> bool:
    """Whether one grant may be the other with something changed: of one stream and year, for one
    body and purpose, or with a single difference.
    """
    if not (_same(one.stream, other.stream) and one.year == other.year):
        return False
    body, purpose = _same(one.body, other.body), _same(one.purpose, other.purpose)
    amount, areas = one.amount == other.amount, (one.areas or {}) == (other.areas or {})
    return (body and purpose) or sum((body, purpose, amount, areas)) >= 3
