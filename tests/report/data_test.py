"""Every JSON that the tools write, against docs/schemas/: what is written satisfies them, and they describe no more."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).parents[2]
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"])
SUBJECTS = pathlib.Path(os.environ["SUBJECTS"])
CHECK, REWRITE, MUTATE, CXX = (os.environ[name] for name in ("STW_CHECK", "STW_REWRITE", "STW_MUTATE", "CXX"))
SCHEMAS = {path.name: json.loads(path.read_text()) for path in (ROOT / "docs/schemas").glob("*.schema.json")}
NAMES = sorted(name.removesuffix(".schema.json") for name in SCHEMAS if name != "parts.schema.json")


def validator(name):
    schema = SCHEMAS[f"{name}.schema.json"]
    store = {each["$id"]: each for each in SCHEMAS.values()}
    return jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver(schema["$id"], schema, store=store))


def errors(name, document):
    return [f"{error.json_path}: {error.message[:300]}" for error in validator(name).iter_errors(document)]


def objects(value):
    """All JSON objects in a value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


class RealOutput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.folder = pathlib.Path(kept.name)
        cls.documents = {name: {} for name in NAMES}
        cls.explore()
        cls.compare()
        cls.rewrite()
        cls.mutants()
        for path in cls.folder.rglob("*.repro"):
            cls.take("repro", path)

    @classmethod
    def run_in(cls, folder, code, *command):
        (cls.folder / folder).mkdir(exist_ok=True)
        ran = subprocess.run([str(word) for word in command], cwd=cls.folder / folder, capture_output=True, text=True, errors="replace")
        assert ran.returncode in (code if isinstance(code, tuple) else (code,)), f"{command}: {ran.returncode}, not {code}\n{ran.stdout}{ran.stderr}"
        return ran.stdout

    @classmethod
    def take(cls, name, path):
        cls.documents[name][str(path.relative_to(cls.folder))] = json.loads(path.read_text())

    @classmethod
    def explore(cls):
        def explore(name, code, library, *options):
            cls.run_in("explore", code, CHECK, "explore", PROGRAMS / library, f"--json={name}.json", *options)
            cls.take("explore", cls.folder / f"explore/{name}.json")

        explore("one", 0, "variant_atomic.so", "--scenario=counter")
        explore("several", 0, "traces.so", "--executions=20", "--strategy=random")
        explore("bounded", 0, "traces.so", "--scenario=last_zero_10", "--preemptions=1")
        explore("failing", 1, "ends.so", "--budget=1s")
        explore("programs", 0, "operations_lost.so", "--programs=all:2x2")
        explore("printing", 0, "output.so", "--scenario=two_writers")
        for i in (1, 2):
            explore(f"shard-{i}", 0, "traces.so", "--scenario=last_zero_10", f"--shard={i}/2")
        cls.run_in("explore", 0, CHECK, "merge", "shard-1.json", "shard-2.json", "--json=merged.json")
        cls.take("explore", cls.folder / "explore/merged.json")

    @classmethod
    def compare(cls):
        def compare(name, code, old, new, *options):
            cls.run_in("compare", code, CHECK, "compare", f"--old={PROGRAMS / old}.so", f"--new={PROGRAMS / new}.so",
                       f"--json={name}.json", "--budget=20s", *options)
            cls.take("compare", cls.folder / f"compare/{name}.json")

        (cls.folder / "compare").mkdir()
        (cls.folder / "compare/declared.txt").write_text("one text => another text\n")
        compare("same", 4, "variant_atomic", "variant_again", "--declared=declared.txt")
        compare("lost", 1, "variant_atomic", "variant_lost", "--scenario=counter")
        compare("program", 1, "operations_right", "operations_lost")
        compare("hostile", 1, "hostile_old", "hostile_new")
        compare("noisy", 4, "change_before", "change_after", "--scenario=noise_alone")
        compare("counted", 0, SUBJECTS / "subject_legacy_counting", SUBJECTS / "subject_refactored_counting", "--scenario=gomaxprocs",
                "--preemptions=0", "--executions=1")
        compare("mixed", 0, "mixed_described", "mixed_bare")
        cls.interrupted()
        for i in (1, 2):
            compare(f"shard-{i}", (0, 4), "variant_atomic", "variant_again", f"--shard={i}/2")
        cls.run_in("compare", 4, CHECK, "merge", "shard-1.json", "shard-2.json", "--json=merged.json")
        cls.take("compare", cls.folder / "compare/merged.json")

    @classmethod
    def interrupted(cls):
        """After the first line of the table, with more to come."""
        command = [CHECK, "compare", f"--old={PROGRAMS / 'traces.so'}", f"--new={PROGRAMS / 'traces.so'}", "--json=interrupted.json",
                   "--budget=60s"]
        with subprocess.Popen(command, cwd=cls.folder / "compare", stdout=subprocess.PIPE) as comparing:
            comparing.stdout.readline()
            comparing.send_signal(signal.SIGINT)
            comparing.stdout.read()
        assert comparing.returncode == 4, comparing.returncode
        cls.take("compare", cls.folder / "compare/interrupted.json")

    @classmethod
    def rewrite(cls):
        shutil.copytree(ROOT / "examples/inventory", cls.folder / "rewrite")
        flags = ["--api=shelf_lock.c", "--factor=shelf_enter", "--factor=shelf_leave", "--pair=shelf_enter:shelf_leave"]
        cls.run_in("rewrite", 0, REWRITE, *flags, "--report=report.json", *("receive.c", "ship.c", "move.c", "watchdog.c"), "--", "-std=c11")
        (cls.folder / "rewrite/broken.c").write_text("void f(struct shelf* s) { pthread_mutex_lock(&s->mu); s->holder = ; }\n")
        cls.run_in("rewrite", 2, REWRITE, *flags, "--report=broken.json", "broken.c", "--", "-std=c11", "-include", "shelf_lock.h")
        for name in ("report", "broken"):
            cls.take("rewrite", cls.folder / f"rewrite/{name}.json")

    @classmethod
    def mutants(cls):
        """Of the counter that tests/mutator uses."""
        source = ROOT / "tests/mutator/programs"
        flags = cls.run_in("mutants", 0, CHECK, "cxxflags").split()
        compile = [CXX, "-std=c++20", "-O1", *flags, "-pthread"]
        for name in ("counter", "scenarios"):
            cls.run_in("mutants", 0, *compile, "-c", source / f"{name}.cc", "-o", f"{name}.o")
        link = f"{CXX} -shared counter.o scenarios.o -o right.so"
        cls.run_in("mutants", 0, *link.split())
        (cls.folder / "mutants/link.txt").write_text(link + "\n")
        command = {"directory": str(cls.folder / "mutants"), "file": str(source / "counter.cc"),
                   "arguments": [*compile, "-c", str(source / "counter.cc"), "-o", "counter.o"]}
        (cls.folder / "mutants/compile_commands.json").write_text(json.dumps([command]))
        cls.run_in("mutants", 0, MUTATE, "-p", ".", "--out=made", "--right=right.so", "--link=link.txt",
                   "--operators=drop-statement", "--functions=paint|add", source / "counter.cc")
        cls.run_in("mutants", 1, CHECK, "mutants", "--manifest=made/manifest.json", "--report=page", "--json=report.json")
        cls.take("manifest", cls.folder / "mutants/made/manifest.json")
        cls.take("mutants", cls.folder / "mutants/report.json")

    def test_satisfies_the_schemas(self):
        for name, documents in self.documents.items():
            self.assertTrue(documents, name)
            for path, document in documents.items():
                with self.subTest(path):
                    self.assertEqual(errors(name, document), [])

    def test_has_each_field_that_may_be_absent(self):
        """Otherwise a field that no tool writes any more would stay in the schema."""
        for name in NAMES:
            seen = {key for document in self.documents[name].values() for each in objects(document) for key in each}
            for schema in (s for s in objects(SCHEMAS[f"{name}.schema.json"]) if s.get("additionalProperties") is False):
                for field in schema["properties"]:
                    with self.subTest(f"{name}: {field}"):
                        self.assertIn(field, seen)

    def test_with_another_field_does_not_satisfy_them(self):
        for name, documents in self.documents.items():
            document = next(iter(documents.values()))
            (document[0] if isinstance(document, list) else document)["added"] = 1
            with self.subTest(name):
                self.assertNotEqual(errors(name, document), [])
            del (document[0] if isinstance(document, list) else document)["added"]


class TheSchemas(unittest.TestCase):
    def test_are_schemas_and_closed(self):
        for name, schema in SCHEMAS.items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)
                for each in objects(schema):
                    if each.get("type") == "object":
                        self.assertIn("additionalProperties", each)

    def test_name_the_reason_codes_of_the_manual(self):
        codes = SCHEMAS["rewrite.schema.json"]["$defs"]["site"]["properties"]["reason"]["enum"]
        manual = re.findall(r"^### `([a-z-]+)`$", (ROOT / "docs/rewriter.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(codes), sorted(["", *manual]))

    def test_are_linked_from_the_manuals(self):
        text = "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
        for name in SCHEMAS:
            self.assertTrue(f"schemas/{name})" in text, name)


if __name__ == "__main__":
    unittest.main()
