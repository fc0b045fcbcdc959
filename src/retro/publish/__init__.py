"""Publishing: an executed notebook as a web page and a PDF, and the index of all that was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.publish.around import Around, Related
    from retro.publish.manifest import (
        Badge,
        Failure,
        Format,
        Manifest,
        PublishedFile,
        Tile,
        read_failure,
        read_manifest,
        write_failure,
        write_manifest,
    )
    from retro.publish.publishing import Published, first_picture, publish
    from retro.publish.records import write_index
    from retro.publish.typesetter import has_set_pages

__all__ = [
    "Around",
    "Badge",
    "Failure",
    "Format",
    "Manifest",
    "Published",
    "PublishedFile",
    "Related",
    "Tile",
    "first_picture",
    "has_set_pages",
    "publish",
    "read_failure",
    "read_manifest",
    "write_failure",
    "write_index",
    "write_manifest",
]

__getattr__ = lazily(
    __name__,
    {
        "Around": "retro.publish.around:Around",
        "Badge": "retro.publish.manifest:Badge",
        "Failure": "retro.publish.manifest:Failure",
        "Format": "retro.publish.manifest:Format",
        "Manifest": "retro.publish.manifest:Manifest",
        "Published": "retro.publish.publishing:Published",
        "PublishedFile": "retro.publish.manifest:PublishedFile",
        "Related": "retro.publish.around:Related",
        "Tile": "retro.publish.manifest:Tile",
        "has_set_pages": "retro.publish.typesetter:has_set_pages",
        "first_picture": "retro.publish.publishing:first_picture",
        "publish": "retro.publish.publishing:publish",
        "read_failure": "retro.publish.manifest:read_failure",
        "read_manifest": "retro.publish.manifest:read_manifest",
        "write_failure": "retro.publish.manifest:write_failure",
        "write_index": "retro.publish.records:write_index",
        "write_manifest": "retro.publish.manifest:write_manifest",
    },
)
