"""Charts: marks that sections declare; a frame and the texts of a language in, a `Chart` out."""

from retro.charts.chart import Chart
from retro.charts.cumulative import cumulative
from retro.charts.dots import dots
from retro.charts.forest import forest, panels
from retro.charts.frames import checked, drawn, floats, peak_row, told
from retro.charts.heatmap import frame_cell, heat_map
from retro.charts.line_marks import Over
from retro.charts.lines import Columns, Dots, Level, Line, Lines, Panel, Peak, Rule, Shade, line_chart
from retro.charts.live import LIVE_MIME, Live, lives
from retro.charts.lorenz import lorenz
from retro.charts.rows import Bar, Span, Tick, row_chart
from retro.charts.scatter import Points, scatter
from retro.charts.theme import ACCENT, BAND, BASELINE, COHORTS, INK, MUTED, PALE, SERIES, WARM, WASH, wrapped
from retro.charts.waterfall import waterfall
from retro.charts.words import people
