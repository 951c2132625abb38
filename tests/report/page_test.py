"""The page of a comparison in a real browser, with real keys and a real pointer.

PICTURES=FOLDER keeps a picture of each page, light and dark, wide and narrow.
"""
import json
import os
import pathlib
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import browser
from reports import PAIRS, Reports, module

WIDE = (1280, 900)
NARROW = (360, 740)
AXE = module("axe-core/axe.min.js").read_text()


class InABrowser(unittest.TestCase):
    script = True

    @classmethod
    def setUpClass(cls):
        cls.reports = {pair: Reports(pair) for pair in PAIRS}
        cls.driver = browser(cls.script)
        cls.addClassCleanup(cls.driver.quit)

    def open(self, pair, size=WIDE, scheme="light"):
        # A window of exactly that size: those of the system have a least width.
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(self.reports[pair].page.as_uri())

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def shown_tips(self):
        return [tip.text for tip in self.all(".tip") if tip.is_displayed()]

    def tab_to_a_step(self):
        for _ in range(60):
            self.press(Keys.TAB)
            if "step" in (self.focused().get_attribute("class") or "").split():
                return self.focused()
        self.fail("no step can be reached with the Tab key")


class ThePage(InABrowser):
    def test_has_verdicts_lanes_and_windows(self):
        self.open("runtime")
        self.assertEqual(self.find("h1").text, "different")
        self.assertEqual([p.text for p in self.all(".side-name")], ["old", "new"])
        lanes = [lane.text for lane in self.all(".lane")]
        self.assertIn("T0", lanes)
        self.assertTrue(any(lane.endswith(" main") for lane in lanes), lanes)
        reasons = {window.text for window in self.all(".window span")}
        self.assertTrue(reasons & {"GOMAXPROCS", "read mem stats"}, reasons)
        self.assertTrue(self.all(".ride"))
        # Old above new.
        old, new = self.all(".side")
        self.assertLess(old.rect["y"] + old.rect["height"], new.rect["y"] + 1)

    def test_needs_nothing_from_elsewhere(self):
        for pair in PAIRS:
            with self.subTest(pair):
                self.open(pair)
                requests = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
                urls = {r["params"]["request"]["url"] for r in requests if r["method"] == "Network.requestWillBeSent"}
                self.assertEqual(urls, {self.reports[pair].page.as_uri()})
                self.assertEqual(self.driver.get_log("browser"), [])

    def test_does_not_obey_hostile_texts(self):
        self.open("hostile")
        self.assertNotEqual(self.driver.title, "taken over")
        self.assertEqual(len(self.all("script")), 1)
        self.assertEqual(self.all("img"), [])
        self.assertIn("<img src=x", self.find(".side .lane:nth-of-type(n+3)").text + "".join(l.text for l in self.all(".lane")))
        self.assertIn("document.title='taken over'", self.find(".interleaving").text)
        self.assertIn("\\x1b[2J", self.find("pre").text)
        self.assertEqual(self.driver.get_log("browser"), [])

    def test_is_walked_through_by_keyboard(self):
        self.open("lost")
        step = self.tab_to_a_step()
        self.assertIn("here", step.get_attribute("class").split())
        (tip,) = self.shown_tips()
        index = int(step.get_attribute("data-step"))
        self.assertIn(f"old, step {index}: T", tip)
        self.assertIn("variants.cc:", tip)
        self.assertIn("could have gone on: T", tip)
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.focused().get_attribute("data-step"), str(index - 1))
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        self.assertIn(f"new, step {index}: T", self.shown_tips()[0])
        self.press(Keys.HOME)
        self.assertEqual(self.focused().get_attribute("data-step"), "0")
        self.press("d")
        self.assertIn(f"old, step {index}: T", self.shown_tips()[0])
        self.press(Keys.ESCAPE)
        self.assertEqual(self.shown_tips(), [])
        self.press(Keys.END, Keys.ARROW_UP, Keys.HOME, "d", Keys.ENTER)
        self.assertTrue(self.driver.current_url.endswith(f"#difference-counter-{index}"))
        # The Tab key leaves the lanes in one go.
        self.press("d") if "step" in self.focused().get_attribute("class") else self.tab_to_a_step()
        self.press(Keys.TAB)
        self.assertNotIn("step", (self.focused().get_attribute("class") or "").split())

    def test_shows_details_under_the_pointer(self):
        self.open("lost")
        step = self.all(".side .step")[2]
        ActionChains(self.driver).move_to_element(step).perform()
        (tip,) = self.shown_tips()
        self.assertIn("old, step 2: T", tip)
        # Nothing lies above them.
        self.assertTrue(self.driver.execute_script("""
            const tip = document.querySelector(".step:hover .tip"), box = tip.getBoundingClientRect();
            const at = (x, y) => tip.contains(document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
            return [0.02, 0.2, 0.5, 0.9].every((x) => [0.1, 0.5, 0.9].every((y) => at(x, y)));"""))
        # The same step of the other build, and the row below.
        self.assertEqual([s.get_attribute("data-step") for s in self.all(".step.same")], ["2"])
        self.assertEqual(self.find("tr.same th").text.split()[0], "2")

    def test_marks_the_first_difference(self):
        self.open("lost")
        (row,) = self.all(".interleaving tr.parted")
        self.assertIn("first difference", row.text)
        mark = self.find(".timeline .parted")
        here = self.find(".step.here")
        self.assertLessEqual(abs(mark.rect["x"] - here.rect["x"]), 3)
        self.find(".jump").click()
        self.assertTrue(self.driver.current_url.endswith("#" + row.get_attribute("id")))

    def test_fits_a_narrow_window(self):
        for pair in PAIRS:
            with self.subTest(pair):
                self.open(pair, NARROW)
                width = self.driver.execute_script("return document.documentElement.scrollWidth")
                self.assertLessEqual(width, NARROW[0])

    def test_is_accessible_in_both_schemes(self):
        for pair in PAIRS:
            for scheme in ("light", "dark"):
                with self.subTest(f"{pair}, {scheme}"):
                    self.open(pair, scheme=scheme)
                    self.assertEqual(self.complaints(), [])

    def test_would_notice_what_is_not_accessible(self):
        self.open("same")
        self.driver.execute_script("document.querySelector('footer p').style.color = '#ddd';"
                                   "document.documentElement.removeAttribute('lang')")
        complaints = " ".join(self.complaints())
        self.assertIn("color-contrast", complaints)
        self.assertIn("html-has-lang", complaints)

    def complaints(self):
        self.driver.execute_script(AXE)
        found = self.driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
        return [f"{v['id']}: {node['html'][:150]}" for v in found["violations"] for node in v["nodes"]]

    def test_pictures(self):
        folder = os.environ.get("PICTURES")
        for pair in PAIRS if folder else ():
            for size, kind in ((WIDE, "wide"), (NARROW, "narrow")):
                for scheme in ("light", "dark"):
                    self.open(pair, size, scheme)
                    height = self.driver.execute_script("return document.documentElement.scrollHeight")
                    self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                                {"width": size[0], "height": min(height, 4000), "deviceScaleFactor": 1, "mobile": False})
                    path = pathlib.Path(folder) / f"{pair}-{kind}-{scheme}.png"
                    self.assertTrue(self.driver.save_screenshot(str(path)))


class WithoutScript(InABrowser):
    script = False

    def test_says_everything(self):
        self.open("lost")
        self.assertEqual(self.find("h1").text, "different")
        self.assertTrue(self.all(".side .step"))
        self.assertIn("first difference", self.find(".interleaving tr.parted").text)
        # So it did not run: with it, all steps but one are left out by the Tab key.
        self.assertEqual(self.all(".step[tabindex]"), [])

    def test_shows_details_by_keyboard_and_pointer(self):
        self.open("lost")
        step = self.tab_to_a_step()
        self.assertIn(f"step {step.get_attribute('data-step')}: T", self.shown_tips()[0])
        self.open("lost")
        ActionChains(self.driver).move_to_element(self.all(".side .step")[1]).perform()
        self.assertIn("old, step 1: T", self.shown_tips()[0])


if __name__ == "__main__":
    unittest.main()
