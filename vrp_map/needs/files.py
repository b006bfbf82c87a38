"""A needs assessment to and from its file: HTML to read, DOCX to go on writing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vrp_map.errors import UserError
from vrp_map.needs.assessment import NeedsAssessment
from vrp_map.needs.html_page import parts_of_html, to_html
from vrp_map.needs.stored import from_text

KINDS = (".html", ".docx")
MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class EarlierFile:
    """A file that was made before: its document with what people wrote, and its bytes."""

    document: NeedsAssessment
    kind: str
    data: bytes


def kind_of(path: Path) -> str:
    """Which kind of file a name means.

    Raises:
        UserError: neither.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise UserError(
            f"{path.name} is neither .html nor .docx.", hint="Give a name that ends in one of them."
        )
    return kind


def read_earlier(path: Path) -> EarlierFile:
    """A file of this computer, as `earlier_file`.

    Raises:
        UserError: it cannot be read, or is no such file.
    """
    kind_of(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}).", hint="Check the path."
        ) from error
    return earlier_file(path.name, data)


def earlier_file(name: str, data: bytes) -> EarlierFile:
    """A file that this program made, perhaps edited since.

    Raises:
        UserError: it is no such file, or is too large.
    """
    kind = kind_of(Path(name))
    if len(data) > MOST_BYTES:
        raise UserError(
            f"{name} is larger than {MOST_BYTES // 1_000_000} MB.",
            hint="Make the pictures in it smaller, and save it again.",
        )
    if kind == ".docx":
        from vrp_map.needs.docx_file import parts_of_docx

        stored, words = parts_of_docx(data)
    else:
        stored, words = parts_of_html(data.decode("utf-8", errors="replace"))
    document = from_text(stored, name=name)
    # A slot that was emptied stays empty.
    written = {module.number: words.get(module.number, ()) for module in document.modules}
    return EarlierFile(document.with_words(written), kind, data)


def written_file(
    document: NeedsAssessment,
    kind: str,
    *,
    earlier: EarlierFile | None = None,
    numbers: Iterable[int] = (),
) -> bytes:
    """The document as a file.

    Args:
        earlier: of the same kind, it is written into: a Word file keeps all that people did to it.
        numbers: the modules to write again there.
    """
    if kind != ".docx":
        return to_html(document).encode()
    from vrp_map.needs.docx_file import refreshed_docx, to_docx

    if earlier is not None and earlier.kind == kind:
        return refreshed_docx(earlier.data, document, numbers)
    return to_docx(document)
