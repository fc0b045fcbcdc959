"""Office files without the clock: the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Final

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip file can hold."""

_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=<)")
_WORKBOOK = ".xlsx"


def undated(content: bytes, dated: dt.date) -> bytes:
    """An office file whose entries and properties carry fixed dates, those of the workbooks inside it too.

    Args:
        content: The file.
        dated: The day of its properties.
    """
    moment = f"{dated.isoformat()}T00:00:00Z".encode()
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for entry in given.infolist():
            held = given.read(entry)
            if entry.filename.endswith(_WORKBOOK):
                held = undated(held, dated)
            elif entry.filename == "docProps/core.xml":
                held = _MOMENT.sub(rb"\g<1>" + moment, held)
            place = zipfile.ZipInfo(entry.filename, _EARLIEST)
            place.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(place, held)
    return written.getvalue()
