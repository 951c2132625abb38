"""Draws a model as an SVG: the right build above the wrong one, an M a lane, the same step at the same place in both.

The SVG carries its model, so that what it shows can be compared without drawing it again. The same model gives the same
bytes: no date, fixed identifiers.
"""
import io
import json

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402  (after the choice of a backend)
from matplotlib.patches import Patch  # noqa: E402

from model import ending  # noqa: E402

PAPER, INK, FAINT, RED = "#f7f6f2", "#222222", "#77736a", "#b3261e"
GOROUTINES = ["#2f6db0", "#d98a1f", "#6b4fa0", "#2e8b57"]
RUNTIME, WINDOW = "#b9b5aa", "#f3dcc0"
SEMA = {0: "#c9d8e8", 1: "#dfead8"}  # held, free; more is wrong
STYLE = {"svg.hashsalt": "standstill", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK}


def draw(shown, caption):
    with matplotlib.rc_context(STYLE):
        figure, axes = pyplot.subplots(2, 1, sharex=True, figsize=(9.6, 5.6), facecolor=PAPER)
        figure.subplots_adjust(left=0.105, right=0.985, top=0.835, bottom=0.105, hspace=0.5)
        figure.suptitle(caption["title"], x=0.015, y=0.975, ha="left", fontsize=12, fontweight="bold")
        names = sorted({run[3] for each in ("right", "wrong") for run in shown[each]["runs"]} - {""})
        colours = dict(zip(names, GOROUTINES))
        last = max(shown["right"]["steps"], shown["wrong"]["steps"])
        for ax, which in zip(axes, ("right", "wrong")):
            draw_side(ax, shown, which, caption, colours, last)
        legend = [Patch(color=colours[name], label=f"goroutine {name}") for name in names]
        legend += [Patch(color=RUNTIME, label="the runtime itself"), Patch(facecolor=WINDOW, label="stopping, or stopped")]
        figure.legend(handles=legend, loc="lower right", ncol=len(legend), frameon=False, fontsize=8, bbox_to_anchor=(0.99, -0.005), handlelength=1.2, columnspacing=1.2)
        return written(figure, shown)


def draw_side(ax, shown, which, caption, colours, last):
    """Rows from below: worldsema, then a lane for each M, the first one on top; the reasons of windows above them."""
    side, begin, wrong = shown[which], shown["from"], which == "wrong"
    lanes = side["threads"]
    top = lanes + 0.55
    row = {thread: lanes - thread for thread in range(lanes)}
    ax.set(facecolor=PAPER, xlim=(begin, last + (last - begin) * 0.01), ylim=(-0.45, top + 0.1))
    ax.set_yticks([0] + [row[thread] for thread in range(lanes)], ["worldsema"] + [f"M{thread}" for thread in range(lanes)])
    ax.tick_params(length=0, colors=INK)
    ax.tick_params(axis="x", colors=FAINT, labelsize=8, labelbottom=True)
    ax.text(-0.012, -0.085, "step", transform=ax.transAxes, ha="right", va="center", color=FAINT, fontsize=8)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for first, end, reason in side["windows"]:
        ax.axvspan(first, end, 0.24, 1, color=WINDOW, lw=0)
        if end - first > (last - begin) * 0.05:
            ax.text((first + end) / 2, top, reason, ha="center", va="center", fontsize=8, color="#7a4a10", clip_on=True)
    for thread, first, end in side["sleeps"]:
        ax.plot([first, end], [row[thread]] * 2, color=FAINT, lw=1, ls=(0, (1, 2)))
        if end - first > (last - begin) * 0.08:
            ax.text((first + end) / 2, row[thread] + 0.06, "sleeps", ha="center", va="bottom", fontsize=7.5, color=FAINT)
    for thread, first, end, who in side["runs"]:
        if end > begin:
            ax.barh(row[thread], end - first, left=first, height=0.5, color=colours.get(who, RUNTIME), lw=0)
    draw_worldsema(ax, side, begin, last)
    ax.set_title(f"{which}: {ending(side['ending'], caption['shown'])}", loc="left", fontsize=9.5, pad=17, color=RED if wrong else INK, fontweight="bold")
    draw_parting(ax, shown["parts"], caption[which], begin, last, top, RED if wrong else INK)


def draw_worldsema(ax, side, begin, last):
    """Its values, with what they mean where there is room for it."""
    changes = side["worldsema"] + [[side["steps"], None]]
    for (first, value), (end, _) in zip(changes, changes[1:]):
        first = max(first, begin)
        if end <= first:
            continue
        ax.barh(0, end - first, left=first, height=0.5, color=SEMA.get(value, "#eeb4ae"), lw=0)
        meaning = {0: "0: taken", 1: "1: free"}.get(value, f"{value}: room for {value}")
        ax.text((first + end) / 2, 0, meaning if end - first > (last - begin) * 0.08 else str(value), ha="center", va="center", fontsize=8, color=INK if value in SEMA else RED, fontweight="normal" if value in SEMA else "bold")


def draw_parting(ax, step, words, begin, last, top, colour):
    """A line where the builds part. The words stand on the side that has more room."""
    ax.axvline(step, color=RED, lw=1.2, ls="--")
    left = step - begin > (last - begin) * 0.5
    ax.annotate(words, (step, top + 0.12), xytext=(-5 if left else 5, 4), textcoords="offset points", ha="right" if left else "left", va="bottom", fontsize=8.5, color=colour, annotation_clip=False)


def written(figure, shown):
    out = io.BytesIO()
    figure.savefig(out, format="svg", facecolor=PAPER, metadata={"Date": None, "Title": "Standstill", "Description": json.dumps(shown, separators=(",", ":"))})
    pyplot.close(figure)
    return out.getvalue()
