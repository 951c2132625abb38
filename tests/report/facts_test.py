"""What a verdict covers, and what a reader has to know to rely on it: in the page, in JUnit and in SARIF alike."""
import html.parser
import json
import unittest
import xml.etree.ElementTree as ElementTree

from reports import PAIRS, Reports


class Text(html.parser.HTMLParser):
    """The words of a page, without its style and script."""

    def __init__(self, page):
        super().__init__()
        self.words, self.inside = [], []
        self.feed(page)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, _):
        if tag in ("style", "script"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.words.append(data)


def suite(reports):
    return ElementTree.parse(reports.junit).find("testsuite")


def properties(reports, name):
    """The values of JUnit's properties of that name."""
    return [each.get("value") for each in suite(reports).find("properties") if each.get("name") == name]


def run(reports):
    return json.loads(reports.sarif.read_text())["runs"][0]


def notifications(reports, level):
    return [each["message"]["text"] for each in run(reports)["invocations"][0]["toolExecutionNotifications"] if each["level"] == level]


class EachReport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reports = {pair: Reports(pair) for pair in PAIRS}

    def texts(self, pair):
        """All that a person would read: of the page, of JUnit's text, of SARIF's properties and notifications."""
        reports = self.reports[pair]
        of_sarif = run(reports)
        yield "page", Text(reports.page.read_text()).text
        yield "junit", " ".join(suite(reports).find("system-out").text.split())
        yield "junit properties", "\n".join(each.get("value") for each in suite(reports).find("properties"))
        yield "sarif", json.dumps(of_sarif["properties"], ensure_ascii=False).replace('\\"', '"')
        yield "sarif notifications", "\n".join(each["message"]["text"] for each in of_sarif["invocations"][0]["toolExecutionNotifications"])

    def assert_in_each(self, pair, word, but=()):
        for kind, text in self.texts(pair):
            if kind not in but:
                with self.subTest(f"{pair}: {kind}"):
                    self.assertIn(word, text)

    def test_lists_declared_differences_and_how_often_they_were_met(self):
        self.assert_in_each("declared", '"oldName:" => "newName:": met ')
        (declared,) = properties(self.reports["declared"], "declared")
        self.assertRegex(declared, r"met [1-9]\d* times")
        self.assertEqual(run(self.reports["declared"])["properties"]["declared"], [declared])

    def test_names_noise_with_its_source_line(self):
        for side in ("old", "new"):
            for kind, text in self.texts("noisy"):
                with self.subTest(f"{side}: {kind}"):
                    self.assertRegex(text, rf"noise_alone: {side} build, step 0, changes.cc:\d+: T0 observes cycles=\d+, then cycles=\d+")
        self.assertEqual(len(properties(self.reports["noisy"], "noise")), 2)
        self.assertTrue(any("Nondeterminism" in text for text in notifications(self.reports["noisy"], "warning")))

    def test_says_that_the_planted_difference_was_seen(self):
        self.assert_in_each("declared", "last_words: a yield, and a value more that is observed, at step 0: seen")
        for pair in PAIRS:
            self.assertTrue(properties(self.reports[pair], "self-check"), pair)

    def test_says_what_was_intercepted(self):
        self.assert_in_each("declared", "last_words: write ")
        self.assertRegex(properties(self.reports["program"], "intercepted")[0], r"^program: start \d+, .*update \d+")

    def test_says_which_programs_were_compared(self):
        self.assert_in_each("program", "20 random programs of up to 2 threads and 3 calls: ", but=("sarif notifications",))
        (result,) = run(self.reports["program"])["results"]
        self.assertIn("20 random programs", result["properties"]["covered"][0])
        self.assertEqual(result["properties"]["program"], ["thread 1: add(1)", "thread 2: add(1)"])

    def test_says_how_simple_the_schedule_is(self):
        said = "1 preemption (no fewer do), 14 steps (no fewer do)"
        reports = self.reports["program"]
        self.assertIn(said, Text(reports.page.read_text()).text)
        self.assertIn(said, suite(reports).find("testcase/failure").text)
        self.assertEqual(run(reports)["results"][0]["properties"]["schedule"], said)

    def test_shows_the_calls_of_a_program(self):
        reports = self.reports["program"]
        for text in (Text(reports.page.read_text()).text, suite(reports).find("testcase/failure").text):
            self.assertIn("thread 1: add(1)", text)
            self.assertIn("T2 calls add(1)", text)
        events = json.loads(reports.traces()[0].read_text())["traceEvents"]
        self.assertIn("T2 calls add(1)", [e["name"] for e in events if e["ph"] == "i"])

    def test_says_how_much_of_the_source_was_reached(self):
        for side in ("old", "new"):
            for kind, text in self.texts("program"):
                with self.subTest(f"{side}: {kind}"):
                    self.assertRegex(text, rf"{side}: \d+ of \d+ stretches of code and \d+ of \d+ ways out of a condition reached, in \d+ files?")
        # push and pop are not among the operations asked for.
        unreached = run(self.reports["program"])["properties"]["unreached"]
        self.assertTrue(any("operations.cc:" in each and "never reached" in each for each in unreached), unreached)
        self.assert_in_each("program", unreached[0], but=("junit properties", "sarif notifications"))

    def test_repeats_what_was_asked_for(self):
        wanted = {"verdict": "lockstep", "required": "sampled", "strategy": "auto", "preemptions": "2", "executions": "2000", "seed": "1",
                  "races": "on", "schedules": "1", "budget": "20000 ms", **dict(zip(("old", "new"), map(str, PAIRS["declared"])))}
        reports = self.reports["declared"]
        of_sarif = run(reports)["properties"]
        for name, value in wanted.items():
            with self.subTest(name):
                self.assertEqual(properties(reports, name), [value])
                self.assertEqual(of_sarif[name], value)
        page = Text(reports.page.read_text()).text
        for said in ("strategy auto, 2 preemptions, 2000 samples, seed 1", "schedules 1 ", "required sampled", "data races looked for"):
            self.assertIn(said, page)
        self.assertEqual(run(reports)["results"], [])
        self.assertIn("lockstep: 1 scenario, 1 schedules, seed 1", notifications(reports, "note"))
        self.assert_in_each("declared", "exhaustive, 1 schedule", but=("sarif notifications",))


if __name__ == "__main__":
    unittest.main()
