"""The manuals against the tools' own option tables: every option is explained, and no other."""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).parents[2]
TOOLS = pathlib.Path(os.environ["TOOLS"])
# What explains a command; --help and --version explain themselves.
MANUALS = {
    ("stw-check", "compare"): ["checker.md"],
    ("stw-check", "merge"): ["checker.md"],
    ("stw-check", "replay"): ["checker.md", "explorer.md"],
    ("stw-check", "explore"): ["explorer.md", "checker.md"],
    ("stw-check", "cxxflags"): ["explorer.md"],
    ("stw-check", "mutants"): ["mutants.md"],
    ("stw-rewrite", ""): ["rewriter.md"],
    ("stw-rewrite", "certify"): ["rewriter.md"],
}
UNEXPLAINED = {"--help", "--version", "--help-list", "--help-hidden"}


def table(tool):
    """The options of each command, as the manual page has them."""
    page = subprocess.run([TOOLS / tool, "--print=man"], capture_output=True, text=True, check=True).stdout.replace("\\-", "-")
    commands, command = {}, ""
    for line in page.splitlines():
        if line.startswith(".SH"):
            command = line.removeprefix(".SH COMMAND ") if line.startswith(".SH COMMAND") else ""
            commands.setdefault(command, set())
        commands.setdefault(command, set()).update(re.findall(r"^\\fB(--?[a-z][a-z-]*)", line))
    return commands, page


def manual(name):
    return (ROOT / "docs" / name).read_text()


def explained(text):
    """Options that a document spells in code: `--jobs=N`, `-p BUILD`, or in a command."""
    fence = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    code = fence.findall(text) + re.findall(r"`[^`]+`", fence.sub("", text))
    return set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", " ".join(code)))


class EveryOption(unittest.TestCase):
    def test_is_in_the_manual_of_its_command(self):
        seen = 0
        for tool in ("stw-check", "stw-rewrite"):
            for command, options in table(tool)[0].items():
                names = MANUALS.get((tool, command))
                self.assertTrue(names or options <= UNEXPLAINED, f"no manual for {tool} {command}")
                there = set().union(*(explained(manual(name)) for name in names or ()))
                seen += len(options)
                with self.subTest(f"{tool} {command}"):
                    self.assertEqual(sorted(options - UNEXPLAINED - there), [])
        self.assertGreater(seen, 60)

    def test_of_the_manuals_tables_exists(self):
        for (tool, command), names in MANUALS.items():
            known = set().union(*table(tool)[0].values())
            for name in names:
                rows = re.findall(r"^\| (`--?[a-z][^|]*)\|", manual(name), re.MULTILINE)
                with self.subTest(name):
                    self.assertEqual(sorted(explained(" ".join(rows)) - known - UNEXPLAINED), [])


class EveryExitCode(unittest.TestCase):
    def test_is_in_the_manual(self):
        for tool, name in (("stw-check", "checker.md"), ("stw-rewrite", "rewriter.md")):
            page = table(tool)[1]
            said = page[page.index(".SH EXIT STATUS"):]
            codes = set(re.findall(r"\b([0-4])\b", said.split(".SH", 2)[1]))
            rows = set(re.findall(r"^\| ([0-4]) \|", manual(name), re.MULTILINE))
            with self.subTest(tool):
                self.assertTrue(codes)
                self.assertEqual(codes, rows)


class TheCheckItself(unittest.TestCase):
    def test_takes_what_stands_in_code_only(self):
        self.assertEqual(explained("`--a=N`, `-p BUILD`, not --b\n```\ntool --c `d`\n```\n`e-f`"), {"--a", "-p", "--c"})


if __name__ == "__main__":
    unittest.main()
