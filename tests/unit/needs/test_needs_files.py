"""What people wrote survives a refresh, wherever and in which file they wrote it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from vrp_map.errors import UserError
from vrp_map.needs.assessment import NeedsAssessment, NeedsBlock, NeedsModule, NeedsTrace
from vrp_map.needs.files import EarlierFile, read_earlier, written_file


def _pixel() -> bytes:
    out = BytesIO()
    Image.new("1", (1, 1)).save(out, "PNG")
    return out.getvalue()


PIXEL = b64encode(_pixel()).decode()


def made(number: int, value: str = "840", words: tuple[str, ...] = ()) -> NeedsModule:
    trace = NeedsTrace(f"{number}.1", "Places", "hotspots", (("area", "lad:X"),), "partner", "s1")
    source = trace.id
    return NeedsModule(
        number,
        f"Module of number {number}",
        "Write what people say.",
        date(2026, 11, 29),
        "s1",
        (
            NeedsBlock("paragraph", f"{value} incidents.", source=source),
            NeedsBlock("bullet", "A question."),
            NeedsBlock("table", "Places", ("Place", "n"), (("Mill Lane", value),), source=source),
            NeedsBlock("picture", "A map of the places.", image=PIXEL, source=source),
        ),
        (replace(trace, rows=(("Mill Lane", value),)),),
        words,
    )


def document(value: str = "840") -> NeedsAssessment:
    modules = (made(3, value), made(4, value))
    return NeedsAssessment(
        area="lad:X",
        place="Exampleton",
        partnership="Made-up VRP",
        audience="partner",
        is_synthetic=True,
        modules=modules,
    )


def after(edit: Callable[[Any], None], folder: Path, value: str = "900") -> tuple[Any, EarlierFile]:
    """A Word file that was edited and then refreshed: as Word opens it, and as it is read."""
    path = folder / "needs.docx"
    path.write_bytes(written_file(document(), ".docx"))
    file = Document(str(path))
    edit(file)
    file.save(str(path))
    earlier = read_earlier(path)
    newer = earlier.document.refreshed(document(value).modules)
    path.write_bytes(written_file(newer, ".docx", earlier=earlier, numbers=[3, 4]))
    return Document(str(path)), read_earlier(path)


def texts(file: Any) -> list[str]:
    return [p.text for p in file.paragraphs]


def in_the_slot(file: Any) -> None:
    prompt = next(p for p in file.paragraphs if p.style.name == "Prompt")
    prompt.insert_paragraph_before("We doubt the numbers of May.")


def among_the_numbers(file: Any) -> None:
    place = next(p for p in file.paragraphs if p.text.startswith("840"))
    place.insert_paragraph_before("We doubt the numbers of May.")


def over_a_number(file: Any) -> None:
    next(
        p for p in file.paragraphs if p.text.startswith("840")
    ).text = "We doubt the numbers of May."


def in_a_content_control(file: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    prompt = next(p for p in file.paragraphs if p.style.name == "Prompt")
    prompt._p.addnext(
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>We doubt the numbers of May.</w:t>"
            "</w:r></w:p></w:sdtContent></w:sdt>"
        )
    )


def in_a_table_of_their_own(file: Any) -> None:
    prompt = next(p for p in file.paragraphs if p.style.name == "Prompt")
    table = file.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "We doubt the numbers", "of May."
    prompt._p.addnext(table._tbl)


def at_the_end(file: Any) -> None:
    file.add_paragraph("We doubt the numbers of May.")


def as_word_moves_the_marks(file: Any) -> None:
    """Word may put a mark of the body into the paragraph behind it."""
    in_the_slot(file)
    for mark in list(file.element.body):
        if mark.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            behind = mark.getnext()
            if behind is not None and behind.tag == qn("w:p"):
                at = 1 if behind.find(qn("w:pPr")) is not None else 0
                behind.insert(at, mark)


@pytest.mark.parametrize(
    "edit",
    [
        in_the_slot,
        among_the_numbers,
        over_a_number,
        in_a_content_control,
        in_a_table_of_their_own,
        at_the_end,
        as_word_moves_the_marks,
    ],
)
def test_what_people_wrote_in_word_survives(edit: Callable[[Any], None], tmp_path: Path) -> None:
    file, earlier = after(edit, tmp_path)
    words = [module.words for module in earlier.document.modules]
    expected, other = reversed(words) if edit is at_the_end else words
    assert " ".join(expected).replace(" | ", " ") == "We doubt the numbers of May."
    assert other == ()
    assert [t for t in texts(file) if "incidents." in t] == [
        "900 incidents. [3.1]",
        "900 incidents. [4.1]",
    ]
    assert [t.rows[1].cells[1].text for t in file.tables if t.cell(0, 0).text == "Place"] == [
        "900"
    ] * 2
    # And from there into HTML and back.
    page = tmp_path / "needs.html"
    page.write_bytes(written_file(earlier.document, ".html"))
    assert read_earlier(page).document == earlier.document


def test_refreshing_twice_changes_nothing_more(tmp_path: Path) -> None:
    once, earlier = after(in_the_slot, tmp_path)
    again = written_file(earlier.document, ".docx", earlier=earlier, numbers=[3, 4])
    twice = Document(BytesIO(again))
    assert texts(twice) == texts(once) and len(twice.tables) == len(once.tables)
    pictures = [rel for rel in twice.part.rels.values() if "image" in rel.reltype]
    shown = [blip for shape in twice.inline_shapes for blip in shape._inline.iter(qn("a:blip"))]
    assert len(pictures) == 1 and len(shown) == 2
    assert all(twice.part.related_parts[blip.get(qn("r:embed"))].blob for blip in shown)


def test_their_headings_and_their_formatting_stay(tmp_path: Path) -> None:
    def edit(file: Any) -> None:
        heading = next(p for p in file.paragraphs if p.text.startswith("4."))
        heading.text = "Where, in our town"
        prompt = [p for p in file.paragraphs if p.style.name == "Prompt"][1]
        prompt.insert_paragraph_before("Bold").runs[0].bold = True

    file, earlier = after(edit, tmp_path)
    assert "Where, in our town" in texts(file)
    assert next(p for p in file.paragraphs if p.text == "Bold").runs[0].bold
    assert earlier.document.modules[1].words == ("Bold",)


def test_a_module_that_was_cut_out_is_made_again_when_asked(tmp_path: Path) -> None:
    def cut(file: Any) -> None:
        body = list(file.element.body)
        begin, end = (
            body.index(next(p for p in file.paragraphs if p.text.startswith(head))._p)
            for head in ("4.", "Where every number")
        )
        for child in body[begin:end]:
            file.element.body.remove(child)

    file, _ = after(cut, tmp_path)
    heads = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]
    assert heads == [
        "3. Module of number 3",
        "4. Module of number 4",
        "Where every number comes from",
    ]


def test_the_word_file_can_be_read_aloud(tmp_path: Path) -> None:
    file = Document(BytesIO(written_file(document(), ".docx")))
    styles = [p.style.name for p in file.paragraphs]
    assert styles.count("Heading 1") == 3 and styles.count("Heading 2") == 2
    assert file.core_properties.language == "en-GB" and file.core_properties.title
    assert [s._inline.docPr.get("descr") for s in file.inline_shapes] == [
        "A map of the places."
    ] * 2
    for table in file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_slot_in_html_is_text_and_never_markup(tmp_path: Path) -> None:
    page = tmp_path / "needs.html"
    text = written_file(document(), ".html").decode()
    slot = "<div class='slot' data-slot='3'>"
    typed = "<p>Ours, <b>bold</b></p><script>alert(1)</script><ul><li>One &lt;b&gt;</li></ul>"
    page.write_text(text.replace(slot, slot + typed), encoding="utf-8")
    earlier = read_earlier(page)
    assert earlier.document.modules[0].words == ("Ours, bold", "One <b>")
    again = written_file(earlier.document, ".html").decode()
    assert "<script>" not in again and "One &lt;b&gt;" in again


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("x.docx", b"no zip", "no Word document"),
        ("x.html", b"<p>hello</p>", "holds no needs assessment"),
        ("x.html", b'<script id="assessment">{"format": 1}</script>', "holds no needs"),
        ("x.pdf", b"", "neither .html nor .docx"),
    ],
)
def test_any_other_file_is_refused(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=why):
        read_earlier(tmp_path / name)


def test_a_word_file_of_something_else_is_refused(tmp_path: Path) -> None:
    Document().save(str(tmp_path / "x.docx"))
    with pytest.raises(UserError, match="holds no needs assessment"):
        read_earlier(tmp_path / "x.docx")


def test_a_number_without_a_source_cannot_be_shown() -> None:
    with pytest.raises(ValueError, match="no source"):
        NeedsBlock("paragraph", "There were 3 of them.")
