"""The workflow that projects copy: its own commands, run on the example, leave what its later steps take."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).parents[2]
WORKFLOW = yaml.safe_load((ROOT / "examples/ci/standstill.yml").read_text())
STEPS = WORKFLOW["jobs"]["compare"]["steps"]


def step(name):
    (found,) = [s for s in STEPS if s.get("name") == name]
    return found


class TheWorkflow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.project = pathlib.Path(kept.name)
        shutil.copytree(ROOT / "examples/thread_pool", cls.project, dirs_exist_ok=True)
        tools = pathlib.Path(os.environ["STW_CHECK"]).parent
        cls.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        cls.built = cls.run_step("Build")
        cls.compared = cls.run_step("Compare")

    @classmethod
    def run_step(cls, name):
        return subprocess.run(["bash", "-e", "-c", step(name)["run"]], cwd=cls.project, env=cls.environment,
                              capture_output=True, text=True)

    def test_runs_for_pull_requests(self):
        self.assertEqual(WORKFLOW[True], "pull_request")  # YAML 1.1 reads the key "on" so
        for each in STEPS:
            self.assertTrue(("run" in each) != ("uses" in each), each)

    def test_builds(self):
        self.assertEqual(self.built.returncode, 0, self.built.stderr + self.built.stdout)

    def test_passes_the_right_refactoring_and_fails_the_wrong_one(self):
        self.assertNotEqual(self.compared.returncode, 0)
        self.assertRegex(self.compared.stdout, r"extract_queue \.+ +Passed")
        self.assertRegex(self.compared.stdout, r"extract_queue_wrong \.+\*\*\*Failed")
        self.assertIn("deadlock", self.compared.stdout)

    def test_what_is_uploaded_is_there_for_both(self):
        kept = self.project / step("Keep the pages, traces and repro files")["with"]["path"]
        for test in ("extract_queue", "extract_queue_wrong"):
            for name in ("index.html", "junit.xml", "results.sarif", "report.json"):
                self.assertTrue((kept / test / name).is_file(), f"{test}/{name}")
        self.assertTrue(list((kept / "extract_queue_wrong").glob("*.trace.json")))
        self.assertTrue(list((kept / "extract_queue_wrong").glob("*.repro")))
        shown = step("Show the verdicts")["with"]["report_paths"]
        self.assertEqual(len(list(self.project.glob(shown))), 2)
        marked = self.project / step("Mark the lines where the builds part")["with"]["sarif_file"]
        self.assertEqual(len(list(marked.rglob("*.sarif"))), 2)
        # These run whatever the comparison said.
        for name in ("Keep the pages, traces and repro files", "Show the verdicts", "Mark the lines where the builds part"):
            self.assertIn("!cancelled()", step(name)["if"])


class TheFunctions(unittest.TestCase):
    """Misuse is one line that says what to do."""

    def configure(self, text, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            head = "cmake_minimum_required(VERSION 3.25)\nproject(P LANGUAGES CXX)\nenable_testing()\nfind_package(Standstill REQUIRED)\n"
            (pathlib.Path(folder) / "CMakeLists.txt").write_text(head + text)
            (pathlib.Path(folder) / "a.cc").write_text("")
            tools = pathlib.Path(os.environ["STW_CHECK"]).parent
            ran = subprocess.run(["cmake", "-S", folder, "-B", f"{folder}/build", "-G", "Ninja",
                                  *(arguments or ["-DCMAKE_CXX_COMPILER=clang++-19"])],
                                 env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}, capture_output=True, text=True)
            return ran.returncode, " ".join(ran.stderr.split())

    def test_sources_are_needed(self):
        self.assertIn("standstill_add_subject(s) has no sources", self.configure("standstill_add_subject(s)")[1])

    def test_both_sides_are_needed_and_are_targets(self):
        code, said = self.configure("standstill_add_subject(s a.cc)\nstandstill_add_equivalence_test(t OLD s NEW other)")
        self.assertNotEqual(code, 0)
        self.assertIn('needs NEW with a target that standstill_add_subject made; "other" is none', said)

    def test_unknown_words_are_not_passed_over(self):
        said = self.configure("standstill_add_subject(s a.cc)\nstandstill_add_equivalence_test(t OLD s NEW s REQUIRES lockstep)")[1]
        self.assertIn("does not know REQUIRES;lockstep", said)

    def test_another_compiler_is_named(self):
        code, said = self.configure("standstill_add_subject(s a.cc)", "-DCMAKE_CXX_COMPILER=g++")
        self.assertNotEqual(code, 0)
        self.assertIn("needs Clang", said)

    def test_right_use_configures(self):
        code, said = self.configure("standstill_add_subject(s a.cc)\nstandstill_add_equivalence_test(t OLD s NEW s "
                                    "REQUIRE lockstep BUDGET 5s DECLARED d.txt ARGS --seed=2)")
        self.assertEqual((code, said), (0, ""))


if __name__ == "__main__":
    unittest.main()
