"""Draws pictures of traces, or checks those that are there; scripts/pictures.sh says how."""
import argparse
import configparser
import json
import pathlib
import re
import sys
import xml.etree.ElementTree

import draw
import matplotlib
from model import model, shape

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
LARGEST = 100_000


def captions():
    read = configparser.ConfigParser()
    read.read(pathlib.Path(__file__).with_name("captions.ini"))
    return {name: {**read[name], "shown": [word.strip() for word in read[name]["shown"].split(",")]} for name in read.sections()}


def faults(path, now, caption):
    """Why the picture at `path` is not what the tree would make of `now`."""
    if not path.exists():
        return ["is missing"]
    tree = xml.etree.ElementTree.parse(path)
    there = json.loads(tree.find(f".//{DUBLIN_CORE}description").text)
    found = []
    if json.loads(json.dumps(shape(there))) != json.loads(json.dumps(shape(now))):
        found.append("shows another run")
    # Other versions of the library may write other bytes.
    creator = next(tree.iter(f"{DUBLIN_CORE}creator"))
    version = re.search(r"v([\d.]+)", " ".join(creator.itertext()))[1]
    if version == matplotlib.__version__ and draw.draw(there, caption) != path.read_bytes():
        found.append("is drawn in another way")
    if path.stat().st_size > LARGEST:
        found.append(f"is larger than {LARGEST} bytes")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--traces", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("names", nargs="+")
    options = parser.parse_args()
    bad = 0
    for name in options.names:
        caption, now, path = captions()[name], model(options.traces / f"{name}.json"), options.out / f"{name}.svg"
        if options.check:
            for fault in faults(path, now, caption):
                bad += 1
                print(f"pictures: {path.name} {fault}; run scripts/pictures.sh {name}", file=sys.stderr)
        else:
            options.out.mkdir(exist_ok=True)
            path.write_bytes(draw.draw(now, caption))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
