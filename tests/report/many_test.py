"""Reports of many or long differences: nothing is missing, and what is drawn is what a person would look at."""
import json
import unittest
import xml.etree.ElementTree as ElementTree

from reports import Reports


def results(reports):
    return json.loads(reports.sarif.read_text())["runs"][0]["results"]


class ManyDifferences(unittest.TestCase):
    """More than the page draws."""

    DRAWN = 10

    @classmethod
    def setUpClass(cls):
        cls.reports = Reports("many")
        cases = ElementTree.parse(cls.reports.junit).iter("testcase")
        cls.failed = [case.get("name") for case in cases if case.find("failure") is not None]

    def test_are_all_in_each_report(self):
        self.assertGreater(len(self.failed), self.DRAWN)
        page = self.reports.page.read_text()
        for name in self.failed:
            self.assertEqual(page.count(f'id="difference-{name}"'), 1, name)
            self.assertIn(f'href="#difference-{name}"', page)
        self.assertEqual({path.name for path in self.reports.traces()}, {f"{name}.trace.json" for name in self.failed})
        different = [result for result in results(self.reports) if result["ruleId"] == "behaviour-differs"]
        self.assertEqual(len(different), len(self.failed))

    def test_are_drawn_if_they_are_simple_and_have_a_row_otherwise(self):
        page = self.reports.page.read_text()
        self.assertEqual(page.count('<section class="difference"'), self.DRAWN)
        others = page[page.index('id="others"'):]
        for name in self.failed:
            if f'<tr id="difference-{name}"' in others:
                self.assertIn(f"stw-check replay {name}.repro", others)
        self.assertEqual(others.count('<tr id="difference-'), len(self.failed) - self.DRAWN)


class TheFlow(unittest.TestCase):
    def test_is_short_and_says_so(self):
        (result,) = results(Reports("runtime"))
        (flow,) = result["codeFlows"]
        steps = sum(len(thread["locations"]) for thread in flow["threadFlows"])
        self.assertEqual(steps, 20)
        self.assertRegex(flow["message"]["text"], r"the last 20 of \d+ steps")


if __name__ == "__main__":
    unittest.main()
