"""A needs assessment as a Word document that people go on writing in.

What is made from the data lies between two bookmarks a module. A refresh replaces what lies there
and touches nothing else, so whatever people wrote, wherever they wrote it, stays. A paragraph that
people put between the bookmarks is moved behind them. The document with its trace lies in a custom
XML part, which Word keeps.
"""

from __future__ import annotations

import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Inches, Pt
from lxml import etree

from vrp_map.errors import UserError
from vrp_map.needs.assessment import (
    BULLET,
    PICTURE,
    TABLE,
    NeedsAssessment,
    NeedsBlock,
    NeedsModule,
)
from vrp_map.needs.docx_regions import (
    SOURCES,
    MadeParts,
    block_text,
    chapters,
    found_in,
    lines_of,
    made_on,
    region_of,
    source_rows,
    text_of,
)
from vrp_map.needs.stored import to_text

PROMPT = "Prompt"
_STORED = "urn:vrp-map:needs-assessment"
_WIDTH = Inches(6.2)
# A document with many pictures has some hundred parts, and is packed to a tenth at best.
_MOST_PARTS, _MOST_UNPACKED = 5_000, 200_000_000
_MADE_UP = "Made-up data. Nothing here happened."


def to_docx(document: NeedsAssessment) -> bytes:
    """A new file."""
    file = Document()
    _prepare(file, document)
    file.add_heading(document.title, level=0)
    file.add_paragraph(document.partnership)
    if document.is_synthetic:
        file.add_paragraph(_MADE_UP).runs[0].bold = True
    file.add_paragraph(
        f"Made for: {document.audience}. Each number has a source in square brackets. The list of"
        " sources is at the end."
    )
    for module in document.modules:
        _add_module(file, module)
    file.add_heading(_SOURCES_TITLE, level=1)
    _region(file, SOURCES, lambda: _sources(file, document))
    return _saved(file, document)


def refreshed_docx(old: bytes, document: NeedsAssessment, numbers: Iterable[int]) -> bytes:
    """The same file with some modules made again; what people wrote stays as it is.

    Args:
        document: whole, as it is after the refresh. numbers: the modules to write again.

    Raises:
        UserError: the file cannot be read.
    """
    file = _opened(old)
    _prepare(file, document)
    by_number = {module.number: module for module in document.modules}
    for number in numbers:
        module = by_number[number]
        if not _rewritten(file, number, partial(_made, file, module)):
            _before_sources(file, partial(_add_module, file, module))
    if not _rewritten(file, SOURCES, lambda: _sources(file, document)):
        file.add_heading(_SOURCES_TITLE, level=1)
        _region(file, SOURCES, lambda: _sources(file, document))
    return _saved(file, document)


def parts_of_docx(data: bytes) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The stored document of a file as text, and people's words in it by module.

    Words are the paragraphs and table rows of a module outside what was made from the data. What
    stands behind the list of sources belongs to the last module; before the first one, to none.

    Raises:
        UserError: the file cannot be read.
    """
    file = _opened(data)
    stored = _stored(file)
    made, body = MadeParts.of(stored), list(file.element.body)
    found: dict[int, list[str]] = {}
    for number, first, end in chapters(file, body):
        region = region_of(file, number)
        own = [] if region is None else [c for c in region.children if not made.holds(c)]
        outside = body[first + 1 : end]
        if region is not None:
            outside = [c for c in outside if c not in region.children]
        lines = [line for child in (*own, *outside) for line in lines_of(child)]
        given = {_OUR_WORDS, *made.prompts}
        at = number if number != SOURCES else max(found, default=SOURCES)
        found.setdefault(at, []).extend(line for line in lines if line not in given)
    return stored, {number: tuple(lines) for number, lines in found.items() if lines}


_OUR_WORDS = "In our words"
_SOURCES_TITLE = "Where every number comes from"


def _opened(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
        if len(sizes) > _MOST_PARTS or sum(sizes) > _MOST_UNPACKED:
            raise UserError(
                "The file would unpack to more than a document holds.",
                hint="Save it again as DOCX, without large pictures.",
            )
        return Document(BytesIO(data))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise UserError(
            "The file is no Word document that can be read.", hint="Save it again as DOCX."
        ) from error


def _prepare(file: Any, document: NeedsAssessment) -> None:
    """Title, language and the styles that are used."""
    file.core_properties.title = document.title
    file.core_properties.language = "en-GB"
    styles = file.styles
    properties = styles["Normal"].element.get_or_add_rPr()
    language = properties.find(qn("w:lang"))
    if language is None:
        language = parse_xml(f"<w:lang {nsdecls('w')}/>")
        properties.append(language)
    language.set(qn("w:val"), "en-GB")
    if PROMPT not in [style.name for style in styles]:
        style = styles.add_style(PROMPT, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.font.italic, style.font.size = True, Pt(10)


def _add_module(file: Any, module: NeedsModule) -> None:
    file.add_heading(f"{module.number}. {module.title}", level=1)
    _region(file, module.number, lambda: _made(file, module))
    file.add_heading(_OUR_WORDS, level=2)
    file.add_paragraph(module.prompt, style=PROMPT)
    for line in module.words:
        file.add_paragraph(line)
    if not module.words:
        file.add_paragraph("")


def _made(file: Any, module: NeedsModule) -> None:
    """What is made from the data, at the end of the file."""
    for block in module.blocks:
        _add_block(file, block)
    file.add_paragraph(made_on(module))


def _add_block(file: Any, block: NeedsBlock) -> None:
    said = block_text(block)
    if block.kind == PICTURE:
        shape = file.add_picture(BytesIO(b64decode(block.image)), width=_WIDTH)
        shape._inline.docPr.set("descr", block.text)
    elif block.kind == TABLE:
        file.add_paragraph(said, style="Caption")
        _add_table(file, block.header, block.rows)
    else:
        file.add_paragraph(said, style="List Bullet" if block.kind == BULLET else None)


def _add_table(file: Any, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table whose first line is its header, repeated on every page."""
    names = list(header)
    table = file.add_table(rows=1, cols=len(names), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(parse_xml(f'<w:tblHeader {nsdecls("w")} w:val="true"/>'))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _sources(file: Any, document: NeedsAssessment) -> None:
    header, *rows = source_rows(document)
    _add_table(file, header, rows)


def _region(file: Any, number: int, make: Callable[[], None]) -> None:
    """What `make` adds at the end of the file, between the bookmarks of a module."""
    body, id = file.element.body, str(1000 + number)
    name = f"made_{number}"
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{id}" w:name="{name}"/>')
    body.insert(len(body) - 1, start)
    make()
    body.insert(len(body) - 1, parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{id}"/>'))


def _rewritten(file: Any, number: int, make: Callable[[], None]) -> bool:
    """Replace what lies between the bookmarks of a module; False where they are gone."""
    body, region = file.element.body, region_of(file, number)
    if region is None:
        return False
    made = MadeParts.of(_stored(file))
    foreign = [child for child in region.children if not made.holds(child)]
    place = region.at
    for child in region.children:
        if child not in foreign:
            _drop_pictures(file, child)
        body.remove(child)
    for mark in (region.start, region.end):
        mark.getparent().remove(mark)
    fresh = _added(file, lambda: _region(file, number, make))
    # What people wrote there stands behind what was made.
    for at, child in enumerate((*fresh, *foreign)):
        body.insert(place + at, child)
    return True


def _added(file: Any, make: Callable[[], None]) -> list[Any]:
    """What `make` adds to the file, taken out of it again."""
    body = file.element.body
    before = set(body)
    make()
    fresh = [child for child in body if child not in before]
    for child in fresh:
        body.remove(child)
    return fresh


def _before_sources(file: Any, make: Callable[[], None]) -> None:
    """Add a module before the list of sources; at the end where there is none."""
    body, fresh = file.element.body, _added(file, make)
    region = region_of(file, SOURCES)
    place = len(body) - 1
    if region is not None:
        place = region.at
        if (
            place
            and body[place - 1].tag == qn("w:p")
            and text_of(body[place - 1]) == _SOURCES_TITLE
        ):
            place -= 1
    for at, child in enumerate(fresh):
        body.insert(place + at, child)


def _drop_pictures(file: Any, child: Any) -> None:
    """Let go of the pictures of a part that is still in the body: the file counts who shows
    each.
    """
    for reference in found_in(child, ".//a:blip/@r:embed"):
        file.part.drop_rel(reference)


def _stored(file: Any) -> str:
    """The document inside the file, as text; "" where there is none."""
    part = _stored_part(file)
    if part is None:
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(part.blob, parser).text or ""


def _stored_part(file: Any) -> Any:
    mark = _STORED.encode()
    parts = [
        rel.target_part
        for rel in file.part.rels.values()
        if rel.reltype == RELATIONSHIP_TYPE.CUSTOM_XML and not rel.is_external
    ]
    return next((part for part in parts if mark in part.blob[:400]), None)


def _saved(file: Any, document: NeedsAssessment) -> bytes:
    root = etree.Element(f"{{{_STORED}}}assessment", nsmap={None: _STORED})
    root.text = to_text(document)
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = _stored_part(file)
    if part is None:
        name = file.part.package.next_partname("/customXml/item%d.xml")
        part = Part(name, "application/xml", blob, file.part.package)
        file.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
    part._blob = blob
    out = BytesIO()
    file.save(out)
    return out.getvalue()
