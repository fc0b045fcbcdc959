"""`retro start`: from a folder of exports to a source, its params and a first report.

`shapes` recognises files, `facts` counts what columns hold, `roles` says which table a file is by the headers of
`aliases.yaml`, `orders` and `tables` write the mapping, `windows` finds days that look like campaigns, and `writing`
writes what an analyst reads and changes. Nothing is overwritten, nothing is invented: what nobody could know is asked.
"""

from __future__ import annotations

from retro.start.asking import MOST, Asker, Question
from retro.start.starting import Start, start
from retro.start.telling import lines

__all__ = ["MOST", "Asker", "Question", "Start", "lines", "start"]
