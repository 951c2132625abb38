"""A trace in a viewer that others wrote: speedscope reads the Trace Event Format as Perfetto does, and comes from npm."""
import functools
import http.server
import json
import threading
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from browser import browser
from reports import Reports, module


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class InSpeedscope(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reports = Reports("runtime")
        (cls.trace,) = cls.reports.traces()
        viewer = cls.reports.folder / "viewer"
        viewer.symlink_to(module("speedscope/dist/release"))
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Files, directory=cls.reports.folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.driver = browser()
        cls.addClassCleanup(cls.driver.quit)
        cls.address = f"http://127.0.0.1:{server.server_port}"

    def shown(self, file):
        """The names of the tracks that the viewer shows of a file, one after the other."""
        self.driver.get(f"{self.address}/viewer/index.html?{file.name}#profileURL=/{file.relative_to(self.reports.folder)}")
        WebDriverWait(self.driver, 20).until(lambda driver: driver.title.startswith(file.name))
        names = []
        while True:
            title = self.driver.find_element(By.XPATH, "//*[contains(text(), '(tid ')]").text
            if title in names:
                return names
            names.append(title)
            ActionChains(self.driver).send_keys("n").perform()
            # The last one stays.
            self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def expected(self):
        events = json.loads(self.trace.read_text())["traceEvents"]
        names = {(e["pid"], e["tid"] if e["name"] == "thread_name" else None): e["args"]["name"]
                 for e in events if e["name"] in ("process_name", "thread_name")}
        tracks = [f"{names[pid, None]} (pid {pid}), {name} (tid {tid})" for (pid, tid), name in names.items() if tid is not None]
        return [f"{track} ({i}/{len(tracks)})" for i, track in enumerate(tracks, 1)]

    def test_has_every_track(self):
        self.assertIn("T0", self.expected()[1])
        self.assertEqual(self.shown(self.trace), self.expected())

    def test_lacks_what_a_wrong_trace_lacks(self):
        trace = json.loads(self.trace.read_text())
        trace["traceEvents"] = [e for e in trace["traceEvents"] if (e["pid"], e.get("tid")) != (2, 10)]
        wrong = self.trace.with_name("wrong.json")
        wrong.write_text(json.dumps(trace))
        self.assertEqual(len(self.shown(wrong)), len(self.expected()) - 1)


if __name__ == "__main__":
    unittest.main()
