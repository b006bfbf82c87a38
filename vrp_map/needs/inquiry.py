"""Asks the queries of one module, and writes down each with its answer, so that every number in the
module can be traced and asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vrp_map.errors import NotAllowed, UserError
from vrp_map.needs.assessment import (
    BULLET,
    PARAGRAPH,
    PICTURE,
    TABLE,
    NeedsBlock,
    NeedsTrace,
    numbers_in,
)
from vrp_map.needs.queries import QUERIES
from vrp_map.needs.sources import NeedsAnswer, NeedsSources


class Inquiry:
    """The queries and the blocks of one module."""

    def __init__(self, sources: NeedsSources, module: int) -> None:
        self.sources, self.module = sources, module
        self.blocks: list[NeedsBlock] = []
        self.traces: list[NeedsTrace] = []

    def ask(self, query: str, what: str, **choice: str) -> tuple[NeedsAnswer, NeedsTrace]:
        """Ask a query of `queries.QUERIES`, and note it; where the data cannot answer, say why.

        Raises:
            NotAllowed: whoever asks may not see it.
        """
        answer = answered(query, self.sources, choice)
        return answer, self._note(query, what, choice, answer)

    def table(self, query: str, caption: str, **choice: str) -> NeedsAnswer:
        """Ask, and show the answer: its sentence and its table, where it has them."""
        answer, trace = self.ask(query, caption, **choice)
        if answer.sentence:
            self.say(answer.sentence, trace)
        if answer.rows:
            self._add(NeedsBlock(TABLE, caption, answer.header, answer.rows, source=trace.id))
        return answer

    def say(self, text: str, trace: NeedsTrace | None = None) -> None:
        """Add a paragraph; its numbers must be those of the trace.

        Raises:
            ValueError: one is not.
        """
        self._add(NeedsBlock(PARAGRAPH, text, source=_checked(text, trace)))

    def list(self, lines: Sequence[str], trace: NeedsTrace | None = None) -> None:
        """Add a list."""
        for line in lines:
            self._add(NeedsBlock(BULLET, line, source=_checked(line, trace)))

    def picture(self, image: str, said: str, trace: NeedsTrace) -> None:
        """Add a picture (PNG, base64) with what a screen reader says of it."""
        if image:
            source = _checked(said, trace)
            self._add(NeedsBlock(PICTURE, said, image=image, source=source))

    def _add(self, block: NeedsBlock) -> None:
        self.blocks.append(block)

    def _note(
        self, query: str, what: str, choice: dict[str, str], answer: NeedsAnswer
    ) -> NeedsTrace:
        trace = NeedsTrace(
            id=f"{self.module}.{len(self.traces) + 1}",
            what=what,
            query=query,
            choice=tuple((self.sources.selection.to_query() | choice).items()),
            audience=str(self.sources.audience),
            snapshot=self.sources.snapshot.id,
            protection=answer.protection,
            header=answer.header,
            rows=answer.rows,
            sentence=answer.sentence,
        )
        self.traces.append(trace)
        return trace


def answered(query: str, sources: NeedsSources, choice: Mapping[str, str]) -> NeedsAnswer:
    """The answer of a query; where the data cannot give one, the reason as its sentence.

    Raises:
        NotAllowed: whoever asks may not see it.
    """
    try:
        return QUERIES[query](sources, choice)
    except NotAllowed:
        raise
    except UserError as refused:
        # The reason may name a number of its own.
        return NeedsAnswer(protection="No number is shown.", sentence=refused.message)


def _checked(text: str, trace: NeedsTrace | None) -> str:
    known = set(numbers_in(trace.text)) if trace else set()
    if untraced := set(numbers_in(text)) - known:
        raise ValueError(f"Numbers without a source: {', '.join(sorted(untraced))}.")
    return trace.id if trace else ""
