"""How good a preset's pictures become with time -> a small drawing and a sentence. Plain values."""

import math

from ganlib import COLOURS, Course

WIDTH, HEIGHT = 260, 64
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 6, 6, 14
_GREY = "#7d828c"
"""Of words, readable on either ground: an image cannot follow the theme."""


def sentence(course: Course) -> str:
    """What the drawing shows, in words."""
    last = course.marks[-1]
    return (
        f"Distance to real pictures ({course.features}) after seconds of one core, {course.seeds} "
        f"seeds: {last.median:.1f} ({last.lowest:.1f} to {last.highest:.1f}) after "
        f"{last.seconds:.0f} s; real pictures have {course.floor:.1f}."
    )


def sparkline(course: Course) -> str:
    """The median and the span of all seeds, both axes logarithmic, as SVG; below, the reals."""
    times = [mark.seconds for mark in course.marks]
    low, high = course.floor, max(mark.highest for mark in course.marks)

    def place(seconds: float, distance: float) -> str:
        along = math.log(seconds / times[0]) / math.log(times[-1] / times[0])
        up = math.log(max(distance, low) / low) / math.log(high / low)
        x = _LEFT + along * (WIDTH - _LEFT - _RIGHT)
        y = HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM)
        return f"{x:.1f},{y:.1f}"

    above = [place(mark.seconds, mark.highest) for mark in course.marks]
    below = [place(mark.seconds, mark.lowest) for mark in reversed(course.marks)]
    median = " ".join(place(mark.seconds, mark.median) for mark in course.marks)
    ground = HEIGHT - _BOTTOM
    words = f'font-family="sans-serif" font-size="10" fill="{_GREY}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
        f'<polygon points="{" ".join(above + below)}" fill="{COLOURS["fake"]}" opacity="0.25"/>'
        f'<polyline points="{median}" fill="none" stroke="{COLOURS["fake"]}" stroke-width="2"/>'
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{ground}" y2="{ground}" '
        f'stroke="{COLOURS["real"]}" stroke-dasharray="4 3"/>'
        f'<text x="{_LEFT}" y="{HEIGHT - 3}" {words}>{times[0]:.0f} s</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 3}" text-anchor="end" {words}>'
        f"{times[-1]:.0f} s</text></svg>"
    )
