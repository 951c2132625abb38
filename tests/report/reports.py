"""Runs stw-check compare as a user does, and keeps what it wrote."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import weakref

HERE = pathlib.Path(__file__).parent
MODULES = HERE / "node_modules"
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"])
SUBJECTS = pathlib.Path(os.environ["SUBJECTS"])

# Pairs of builds, and the exit code that comparing them has to end with.
PAIRS = {
    "same": (PROGRAMS / "variant_atomic.so", PROGRAMS / "variant_again.so", 0),
    "locked": (PROGRAMS / "variant_atomic.so", PROGRAMS / "variant_locked.so", 0),
    "lost": (PROGRAMS / "variant_atomic.so", PROGRAMS / "variant_lost.so", 1),
    "hostile": (PROGRAMS / "hostile_old.so", PROGRAMS / "hostile_new.so", 1),
    "runtime": (SUBJECTS / "subject_refactored.so", SUBJECTS / "subject_forgotten_reset.so", 1),
    "declared": (PROGRAMS / "variant_atomic.so", PROGRAMS / "variant_message.so", 0),
    "noisy": (PROGRAMS / "change_before.so", PROGRAMS / "change_after.so", 4),
    "program": (PROGRAMS / "operations_right_counting.so", PROGRAMS / "operations_lost_counting.so", 1),
    "many": (PROGRAMS / "change_before.so", PROGRAMS / "change_after.so", 1),
    "cut": (PROGRAMS / "traces.so", PROGRAMS / "traces.so", 4),
}
OPTIONS = {
    "same": ["--scenario=counter"],
    "locked": ["--scenario=counter"],
    "lost": ["--scenario=counter"],
    "runtime": ["--scenario=stop_during_a_syscall", "--preemptions=1"],
    "declared": ["--scenario=last_words", "--declared=declared.txt"],
    "noisy": ["--scenario=noise_alone"],
    "program": ["--programs=20:2x3", "--operations=add"],
    "many": ["--preemptions=1", "--executions=20"],
    "cut": ["--scenario=last_zero_15", "--strategy=dfs", "--preemptions=30", "--require=lockstep", "--budget=200ms"],
}
DECLARED = "oldName: => newName:\n"


def module(path):
    """A file of an npm package."""
    found = MODULES / path
    if not found.exists():
        raise SystemExit(f"{found} is missing; run scripts/bootstrap.sh")
    return found


class Reports:
    """What comparing a pair left behind."""

    def __init__(self, pair, *arguments, code=None):
        old, new, expected = PAIRS[pair]
        self.folder = pathlib.Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, self.folder)
        options = [*OPTIONS.get(pair, []), *arguments]
        if not any(option.startswith("--budget=") for option in options):
            options.append("--budget=20s")
        command = [os.environ["STW_CHECK"], "compare", f"--old={old}", f"--new={new}",
                   "--report=pages", "--junit=junit.xml", "--sarif=results.sarif", *options]
        (self.folder / "declared.txt").write_text(DECLARED)
        self.ran = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        wanted = expected if code is None else code
        assert self.ran.returncode == wanted, f"{command}: {self.ran.returncode}, not {wanted}\n{self.ran}"
        self.page = self.folder / "pages" / "index.html"
        self.junit = self.folder / "junit.xml"
        self.sarif = self.folder / "results.sarif"

    def traces(self):
        return sorted(self.page.parent.glob("*.trace.json"))
