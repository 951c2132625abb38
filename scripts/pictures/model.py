"""What a picture shows of a trace that `stw-check replay --trace` wrote: few things, with the steps at which they happen.

Both builds ran under the same schedule, so step n of one stands above step n of the other.
"""
import json
import re

STEP = 10  # microseconds in the trace
ROOM = 4  # steps shown before the first goroutine runs: what comes earlier is the runtime's own start


def model(path):
    events = json.loads(path.read_text())["traceEvents"]
    sides = [side([event for event in events if event["pid"] == process]) for process in (1, 2)]
    parting = next(event for event in events if event.get("cat") == "difference")
    return {"from": max(0, min(each.pop("begins") for each in sides) - ROOM), "parts": parting["ts"] // STEP, "right": sides[0], "wrong": sides[1]}


def side(events):
    tracks = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    thread = {track: int(name[1:]) for track, name in tracks.items() if re.fullmatch(r"T\d+", name)}
    steps = sorted((event["ts"] // STEP, thread[event["tid"]], event["name"]) for event in events if "step" in event.get("args", {}))
    rides = [stretch(event) + (int(event["name"].removeprefix("on T")), tracks[event["tid"]]) for event in events if event.get("cat") == "lane"]
    windows = [stretch(event) + (event["name"],) for event in events if event.get("cat") == "window"]
    endings = [event["name"] for event in events if event.get("cat") == "end" and event["ts"] // STEP == len(steps)]
    return {
        "begins": min(first for first, *_ in rides),
        "steps": len(steps),
        "threads": len(thread),
        "runs": runs(steps, rides),
        "sleeps": sleeps(steps),
        "worldsema": worldsema(steps),
        "windows": joined(windows),
        "ending": endings[-1],
    }


def stretch(event):
    return event["ts"] // STEP, (event["ts"] + event["dur"]) // STEP


def joined(windows):
    """The reason of a window goes on where the trace has no more than "stopped" for its last steps."""
    shown = []
    for first, last, reason in windows:
        if shown and shown[-1][1] == first and reason in ("stopped", shown[-1][2]):
            shown[-1][1] = last
        else:
            shown.append([first, last, reason])
    return shown


def runs(steps, rides):
    """[thread, first, end, goroutine]: stretches of steps of one thread for one goroutine; "" is the runtime itself."""
    shown = []
    for number, thread, _ in steps:
        who = next((name for first, end, on, name in rides if on == thread and first <= number < end), "")
        if shown and shown[-1][0] == thread and shown[-1][3] == who and shown[-1][2] == number:
            shown[-1][2] = number + 1
        else:
            shown.append([thread, number, number + 1, who])
    return shown


def sleeps(steps):
    """[thread, first, end]: from a futex wait to the next step of that thread, or to the end of the run."""
    shown, since = [], {}
    for number, thread, what in steps:
        first = since.pop(thread, None)
        if first is not None and number > first + 1:
            shown.append([thread, first, number])
        if what.startswith("futex wait"):
            since[thread] = number
    return shown + [[thread, first, len(steps)] for thread, first in since.items()]


def worldsema(steps):
    """[step, value]: each value that it takes."""
    values = []
    for number, _, what in steps:
        found = re.fullmatch(r"store worldsema := (\d+)|update worldsema \d+ -> (\d+)", what)
        if found:
            values.append([number, int(found[1] or found[2])])
    return values


def shape(shown):
    """What has to be the same for a picture to be true: all but the numbers of steps, which any change to the runtime
    moves. What happens, to whom, and in which order."""
    sides = []
    for each in (shown["right"], shown["wrong"]):
        order = [(first, "run", thread, who) for thread, first, _, who in each["runs"] if first >= shown["from"]]
        order += [(first, "sleep", thread) for thread, first, _ in each["sleeps"]]
        order += [(end, "wake", thread) for thread, _, end in each["sleeps"]]
        order += [(first, "worldsema", value) for first, value in each["worldsema"]]
        order += [(first, "window", reason) for first, _, reason in each["windows"]]
        order += [(end, "window ends", reason) for _, end, reason in each["windows"]]
        order += [(shown["parts"], "parts")]
        sides.append([event[1:] for event in sorted(order)] + [each["threads"], each["ending"]])
    return sides


def ending(text, keys):
    """Of "completed: a=1, b=2" what `keys` name; of any other end what ended it."""
    pairs = re.findall(r'([A-Za-z][A-Za-z ]*)=("[^"]*"|[^,]*)', text)
    if not text.startswith("completed"):
        return re.split(r": (?=[A-Za-z ]+=)", text)[0].removeprefix("fatal: ")
    return "completed, " + ", ".join(f"{key}={value}" for key, value in pairs if key in keys)
