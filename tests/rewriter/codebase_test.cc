// Whole codebases: many sources, headers they share, sources that go wrong, parts of the whole.
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/rewriter/command_line.h"

namespace standstill::rewriter {
namespace {

using Json = nlohmann::json;

class Codebase : public CommandLine {
 protected:
  // `sources` with one command each, in a database in db/.
  void writeDatabase(const std::vector<std::string>& sources) const {
    Json database = Json::array();
    for (const std::string& source : sources) {
      database.push_back({{"directory", root_.string()},
                          {"file", source},
                          {"arguments", {"cc", "-Iinc", "-c", source}}});
    }
    write("db/compile_commands.json", database.dump());
  }

  std::vector<std::string> writeMany(int count) const {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
      names.push_back(fmt::format("many/{}.c", i));
      write(names.back(), fmt::format("#include \"shared.h\"\nvoid g{0}(struct obj* o) {{\n"
                                      "  acquire(&o->mu);\n  o->why = {0};\n}}\n",
                                      i));
    }
    write("many/shared.h", kBefore);
    return names;
  }

  // Where things were found: `file:line`.
  static std::set<std::string> places(const Json& report) {
    std::set<std::string> found;
    for (const Json& site : report.at("sites")) {
      if (site.at("verdict") != "rewritten") continue;
      found.insert(
          fmt::format("{}:{}", site.at("file").get<std::string>(), site.at("line").get<int>()));
    }
    return found;
  }
  std::set<std::string> placesIn(const std::string& report) const {
    return places(Json::parse(read(report)));
  }
};

TEST_F(Codebase, GivesTheSameWhateverTheNumberOfJobs) {
  writeDatabase(writeMany(12));
  ASSERT_EQ(run("", "--api=api.c -p db -j1 --report=one.json"), 0) << errors();
  std::string diff = output();
  std::string text = errors();
  ASSERT_EQ(run("", "--api=api.c -p db -j7 --report=seven.json"), 0) << errors();
  EXPECT_EQ(output(), diff);
  EXPECT_EQ(errors(), text);
  EXPECT_EQ(read("one.json"), read("seven.json"));
  EXPECT_EQ(placesIn("one.json").size(), 13U) << "a site in each source, and one in the header";
}

TEST_F(Codebase, ShowsHowFarItIsOnATerminalOnly) {
  writeDatabase(writeMany(3));
  ASSERT_EQ(run("", "--api=api.c -p db"), 0);
  EXPECT_EQ(errors().find("reading"), std::string::npos);
  // script(1) gives it a terminal.
  std::string command = fmt::format("cd '{}' && script -qec '" STW_REWRITE
                                    " --factor=lock_obj --api=api.c -p db --check' typescript "
                                    ">output 2>&1 </dev/null",
                                    root_.string());
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
  EXPECT_NE(output().find("\rreading ["), std::string::npos) << output();
  EXPECT_NE(output().find("] 3/3\033[K\r\033[K"), std::string::npos)
      << "the line goes away in the end";
}

TEST_F(Codebase, ASourceThatDoesNotParseIsReportedAndTheRestGoesOn) {
  write("bad.c", kBefore + std::string("int x = ;\n"));
  write("crash.c", kBefore + std::string("#pragma clang __debug crash\n"));
  write("good.c", kBefore);
  writeDatabase({"bad.c", "crash.c", "good.c", "gone.c"});
  EXPECT_EQ(run("", "--api=api.c -p db --in-place --report=report.json"), 2);
  EXPECT_EQ(read("good.c"), kAfter) << errors();
  EXPECT_NE(errors().find("bad.c:6:9: expected expression"), std::string::npos) << errors();
  EXPECT_NE(errors().find("crash.c: the compiler crashed ("), std::string::npos) << errors();
  EXPECT_NE(errors().find("gone.c"), std::string::npos) << errors();
  EXPECT_EQ(Json::parse(read("report.json")).at("summary").at("failures").size(), 3U);
}

TEST_F(Codebase, ASourceThatNeverEndsIsGivenUp) {
  // Opening it waits for somebody to write to it.
  ASSERT_EQ(mkfifo((root_ / "inc/stuck.h").c_str(), 0600), 0);
  write("stuck.c", std::string("#include \"stuck.h\"\n") + kBefore);
  writeDatabase({"stuck.c"});
  EXPECT_EQ(run("", "--api=api.c -p db --timeout=0.5"), 2);
  EXPECT_NE(errors().find("stuck.c: not done within 0.5 s"), std::string::npos) << errors();
}

TEST_F(Codebase, AHeaderThatAnotherSourceCannotTakeIsLeft) {
  write("shared.h", kBefore);
  write("a.c", "#include \"shared.h\"\n");
  // Here the new call would mean something else.
  write("b.c", "#include \"obj.h\"\n#define lock_obj(a, b) acquire(0)\n#include \"shared.h\"\n");
  writeDatabase({"a.c", "b.c"});
  EXPECT_EQ(run("", "--api=api.c -p db --in-place"), 0);
  EXPECT_EQ(read("shared.h"), kBefore);
  EXPECT_NE(errors().find("shared.h:3:3: left: "), std::string::npos) << errors();
  EXPECT_NE(errors().find("0 sites rewritten, 1 left"), std::string::npos) << errors();
}

TEST_F(Codebase, ShardsAreTheWholeTogether) {
  writeDatabase(writeMany(7));
  ASSERT_EQ(run("", "--api=api.c -p db --report=whole.json"), 0) << errors();
  std::set<std::string> whole = placesIn("whole.json");
  std::set<std::string> parts;
  size_t sources = 0;
  for (int i = 1; i <= 3; ++i) {
    ASSERT_EQ(run("", fmt::format("--api=api.c -p db --shard={}/3 --report=part.json", i)), 0);
    std::set<std::string> part = placesIn("part.json");
    sources += part.size() - 1;  // without the header
    parts.insert(part.begin(), part.end());
  }
  EXPECT_EQ(parts, whole);
  EXPECT_EQ(sources, 7U) << "each source is in one shard";
  for (const char* bad : {"0/3", "4/3", "1", "1/0", "a/b", "1/3x"}) {
    EXPECT_EQ(run("", fmt::format("--api=api.c -p db --shard={}", bad)), 2) << bad;
    EXPECT_NE(errors().find("expected i/n"), std::string::npos) << errors();
  }
}

TEST_F(Codebase, ExportedFixesOfAllShardsAppliedEqualInPlace) {
  writeDatabase(writeMany(5));
  write("many/crlf.c",
        "#include \"shared.h\"\r\nvoid h(struct obj* \xC3\xA9) {\r\n  acquire(&\xC3\xA9->mu);\r\n"
        "  \xC3\xA9->why = 1; // \xC3\xA4\r\n}\r\n");
  writeDatabase({"many/0.c", "many/1.c", "many/2.c", "many/3.c", "many/4.c", "many/crlf.c"});
  fs::create_directory(root_ / "fixes");
  for (int i = 1; i <= 2; ++i) {
    ASSERT_EQ(
        run("", fmt::format("--api=api.c -p db --shard={0}/2 --export-fixes=fixes/{0}.yaml", i)),
        0);
    EXPECT_EQ(output(), "") << "the edits are in the file";
  }
  fs::copy(root_ / "many", root_ / "before");
  ASSERT_EQ(
      std::system(fmt::format("clang-apply-replacements-19 '{}/fixes'", root_.string()).c_str()),
      0);
  fs::rename(root_ / "many", root_ / "applied");
  fs::rename(root_ / "before", root_ / "many");
  ASSERT_EQ(run("", "--api=api.c -p db --in-place"), 0) << errors();
  int compared = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(root_ / "many")) {
    std::string name = entry.path().filename();
    EXPECT_EQ(read("many/" + name), read("applied/" + name));
    EXPECT_NE(read("many/" + name).find("lock_obj"), std::string::npos);
    ++compared;
  }
  EXPECT_EQ(compared, 7);
}

TEST_F(Codebase, FiltersChooseSourcesAndHeaders) {
  writeDatabase(writeMany(3));
  write("elsewhere/far.h",
        "#pragma once\nstatic inline void far(struct obj* o) {\n"
        "  acquire(&o->mu);\n  o->why = 1;\n}\n");
  write("many/0.c", "#include \"shared.h\"\n#include \"../elsewhere/far.h\"\n");
  auto found = [&](const std::string& flags) {
    EXPECT_EQ(run("", "--api=api.c -p db --report=report.json " + flags), 0) << errors();
    return placesIn("report.json");
  };
  using Places = std::set<std::string>;
  EXPECT_EQ(found(""), (Places{"many/1.c:3", "many/2.c:3", "many/shared.h:3"}));
  EXPECT_EQ(found("--source-filter='/2\\.c$'"), (Places{"many/2.c:3", "many/shared.h:3"}));
  EXPECT_EQ(found("--header-filter=elsewhere/"),
            (Places{"many/1.c:3", "many/2.c:3", "elsewhere/far.h:3"}));
  EXPECT_EQ(found("--header-filter='.*'"),
            (Places{"many/1.c:3", "many/2.c:3", "many/shared.h:3", "elsewhere/far.h:3"}));
  EXPECT_EQ(found("many"), found("")) << "a directory stands for the files below it";
  EXPECT_EQ(run("", "--api=api.c -p db --source-filter='('"), 2);
  EXPECT_NE(errors().find("--source-filter=(: "), std::string::npos) << errors();
  EXPECT_EQ(run("", "--api=api.c -p db --header-filter='['"), 2);
  EXPECT_EQ(run("", "--api=api.c -p db inc"), 2);
  EXPECT_NE(errors().find("no file below it"), std::string::npos) << errors();
}

TEST_F(Codebase, ReadsEveryKindOfCompileCommand) {
  write("many/a.c", kBefore);
  write("many/b b.c", kBefore);
  write("many/\xFF.c", kBefore);  // no UTF-8
  write("many/r.c", kBefore);
  write("many/twice.c", kBefore);
  write("flags.rsp", "-Iinc -DX=\"a b\"");
  fs::create_symlink("a.c", root_ / "many/link.c");
  std::string all = "[";
  auto add = [&](const std::string& file, const std::string& how) {
    all += fmt::format("{}{{\"directory\":\"{}\",\"file\":\"{}\",{}}}", all.size() > 1 ? "," : "",
                       root_.string(), file, how);
  };
  add("many/a.c", R"("arguments":["cc","-Iinc","-c","many/a.c"])");
  add("many/b b.c", R"("command":"cc -I inc -c 'many/b b.c' -o \"b b.o\"")");
  add("many/r.c", R"("arguments":["cc","@flags.rsp","-c","many/r.c"])");
  add("many/twice.c", R"("arguments":["cc","-Iinc","-DA","-c","many/twice.c"])");
  add("many/twice.c", R"("arguments":["cc","-Iinc","-DB","-c","many/twice.c"])");
  add("many/link.c", R"("arguments":["cc","-Iinc","-c","many/link.c"])");
  write("db/compile_commands.json", all + "]");
  EXPECT_EQ(run("", "--api=api.c -p db --in-place"), 0) << errors();
  for (const char* name : {"many/a.c", "many/b b.c", "many/r.c", "many/twice.c"}) {
    EXPECT_EQ(read(name), kAfter) << name;
  }
  EXPECT_TRUE(fs::is_symlink(root_ / "many/link.c"));
  EXPECT_NE(errors().find("4 files changed, 4 sites rewritten, 0 left"), std::string::npos)
      << errors();
  EXPECT_EQ(run("many", "--api=../api.c --in-place --report=../report.json '\xFF.c' -- -I../inc"),
            0)
      << errors();
  EXPECT_EQ(read("many/\xFF.c"), kAfter);
}

// A source that cannot be parsed shows whether it was parsed.
TEST_F(Codebase, ParsesOnlyWhatMayHoldTheSequence) {
  std::string broken = "\nint x = ;\n";
  std::string use = "\nvoid u(struct obj* o) { acquire(&o->mu); }\n";
  write("inc/wrap.h", "#include \"obj.h\"\n#define LOCK(x) acquire(&(x)->mu)\n");
  write("inc/paste.h", "#define CAT(a, b) a##b\n#define GET(x) CAT(acq, x)\n");
  write("inc/uses.h", "#include \"obj.h\"\n#include \"deep.h\"\n");
  write("inc/deep.h", "static inline void d(struct obj* o) { acquire(&o->mu); }\n");
  // No call, no trace of one:
  write("declares.c", "#include \"obj.h\"\n// acquire()\nvoid acquire(int* mu);" + broken);
  write("other.c",
        "#include \"wrap.h\"\n#include \"paste.h\"\nvoid f(void) { release(); }" + broken);
  write("given.c", "void f(void) { P(1); }" + broken);
  // Calls, one way or the other:
  std::vector<std::string> hits = {"plain.c",    "macro.c",  "pasted.c", "header.c", "flag.c",
                                   "computed.c", "forced.c", "link.c",   "nowhere.c"};
  write("plain.c", "#include \"obj.h\"" + use + broken);
  write("macro.c", "#include \"wrap.h\"\nvoid f(struct obj* o) { LOCK(o); }" + broken);
  write("pasted.c", "#include \"paste.h\"\nvoid f(int* p) { GET(uire)(p); }" + broken);
  write("header.c", "#include <uses.h>" + broken);
  write("flag.c", "void f(void) { TAKE(0); }" + broken);
  write("computed.c", "#include WHAT" + broken);
  write("forced.c", "int y;" + broken);
  write("real.c", "#include \"obj.h\"" + use + broken);
  fs::create_symlink("real.c", root_ / "link.c");
  Json database = Json::array();
  auto add = [&](const std::string& source, std::vector<std::string> flags) {
    std::vector<std::string> line = {"cc", "-Iinc", "-c", source};
    line.insert(line.end(), flags.begin(), flags.end());
    database.push_back({{"directory", root_.string()}, {"file", source}, {"arguments", line}});
  };
  for (const char* source : {"declares.c", "other.c", "given.c"}) add(source, {"-DP(x)=x"});
  for (const char* source :
       {"plain.c", "macro.c", "pasted.c", "header.c", "computed.c", "link.c", "nowhere.c"}) {
    add(source, {});
  }
  add("flag.c", {"-DTAKE=acquire"});
  add("forced.c", {"-include", "uses.h"});
  write("db/compile_commands.json", database.dump());
  EXPECT_EQ(run("", "--api=api.c -p db --report=report.json"), 2);
  std::set<std::string> parsed;
  const Json report = Json::parse(read("report.json"));
  for (const Json& failure : report.at("summary").at("failures")) {
    parsed.insert(failure.at("file").get<std::string>());
  }
  EXPECT_EQ(parsed, std::set<std::string>(hits.begin(), hits.end()));
}

// examples/inventory: a codebase that is no runtime.
TEST_F(Codebase, TheExampleBecomesWhatItsFolderSays) {
  fs::path example = fs::path(SOURCE_ROOT) / "examples/inventory";
  fs::copy(example, root_ / "inventory");
  auto shell = [&](const std::string& command) {
    return WEXITSTATUS(
        std::system(fmt::format("cd '{0}/inventory' && {{ {1}; }} >'{0}/output' 2>'{0}/errors'",
                                root_.string(), command)
                        .c_str()));
  };
  const std::string test = "clang-19 -std=c11 -Wall -Werror *.c -lpthread -o program && ./program";
  EXPECT_EQ(shell(test), 0) << output() << errors();
  EXPECT_EQ(shell("./refactor.sh " STW_REWRITE " --report=report.json"), 0) << errors();
  EXPECT_EQ(output(), readFile(example / "expected.diff"));
  EXPECT_EQ(read("inventory/report.json"), readFile(example / "expected_report.json"));
  EXPECT_EQ(shell("./refactor.sh " STW_REWRITE " --in-place"), 0) << errors();
  EXPECT_EQ(shell(test), 0) << output() << errors();
  EXPECT_EQ(shell("./refactor.sh " STW_REWRITE " --check"), 0) << "a second run finds nothing";
}

TEST_F(Codebase, TheClangTidyCheckOffersTheSame) {
#ifdef STANDSTILL_SANITIZED
  GTEST_SKIP() << "clang-tidy itself is built without the sanitizer, and cannot load the module";
#endif
  auto file = [](const std::string& name) {
    return "#include \"obj.h\"\nvoid " + name +
           "(struct obj* o) {\n  acquire(&o->mu);\n  o->why = 1;\n}\nvoid left" + name +
           "(struct obj* o) {\n  acquire(&o->mu);\n  acquire(&o->why);\n  o->why = 2;\n}\n";
  };
  write("a.c", file("a"));
  write("inc/plain.h", "#pragma once\nstruct obj { int mu; int why; };\nvoid acquire(int* mu);\n");
  // Here the helper is not declared yet: the fix brings the include.
  write("b.c",
        "#include \"plain.h\"\nvoid b(struct obj* o) {\n  acquire(&o->mu);\n  o->why = 1;\n}\n"
        "void c(struct obj* o) {\n  acquire(&o->mu);\n  o->why = 1;\n}\n");
  write("inc/obj.h",
        "#pragma once\n#include \"plain.h\"\nvoid lock_obj(struct obj* o, int why);\n");
  write("api.c",
        "#include \"plain.h\"\n#include \"obj.h\"\n"
        "void lock_obj(struct obj* o, int why) { acquire(&o->mu); o->why = why; }\n");
  writeDatabase({"a.c", "b.c", "api.c"});
  for (const char* name : {"a.c", "b.c"})
    fs::copy(root_ / name, root_ / ("was_" + std::string(name)));
  std::string key = "standstill-replace-inline-code.";
  std::string config = "{CheckOptions: {" + key + "Api: api.c, " + key + "Factor: lock_obj, " +
                       key + "BuildPath: db}}";
  std::string tidy =
      "clang-tidy-19 -load=" STANDSTILL_TIDY " '-checks=-*,standstill-replace-inline-code' ";
  auto shell = [&](const std::string& command) {
    return WEXITSTATUS(std::system(
        fmt::format("cd '{0}' && {1} >output 2>errors", root_.string(), command).c_str()));
  };
  EXPECT_EQ(shell(tidy + "-config='" + config + "' -p db -fix a.c b.c"), 0) << errors();
  EXPECT_NE(output().find("a.c:3:3: warning: this is the body of 'lock_obj'"), std::string::npos)
      << output();
  std::map<std::string, std::string> tidied;
  for (const char* name : {"a.c", "b.c"}) {
    tidied[name] = read(name);
    fs::rename(root_ / ("was_" + std::string(name)), root_ / name);
  }
  EXPECT_EQ(run("", "--api=api.c -p db --in-place a.c b.c"), 0) << errors();
  for (const auto& [name, text] : tidied) {
    EXPECT_EQ(text, read(name));
    EXPECT_NE(text.find("lock_obj(o, 1);"), std::string::npos) << text;
  }
  shell(tidy + "-p db a.c");
  EXPECT_NE((output() + errors()).find("give the option Api"), std::string::npos) << output();
}

TEST_F(Codebase, ACallThroughALocalOfTheHelperIsFoundUnderItsOtherName) {
  write("api.c",
        "#include \"obj.h\"\nvoid lock_obj(struct obj* o, int why) {\n"
        "  void (*take)(int*) = acquire;\n  take(&o->mu);\n  o->why = why;\n}\n");
  write("a.c", kBefore);
  writeDatabase({"a.c"});
  EXPECT_EQ(run("", "--api=api.c -p db --in-place"), 0) << errors();
  EXPECT_EQ(read("a.c"), kAfter) << errors();
}

TEST_F(Codebase, SarifHasWhatTheStandardRequires) {
  writeDatabase(writeMany(2));
  write("many/1.c", "#include \"obj.h\"\nvoid g(struct obj* o) { acquire(&o->mu); }\n");
  write("bad.c", "void acquire(int*);\nvoid g(void) { acquire(0) }\n");
  writeDatabase({"many/0.c", "many/1.c", "bad.c"});
  EXPECT_EQ(run("", "--api=api.c -p db --check --sarif=out.sarif --report=report.json"), 2);
  Json sarif = Json::parse(read("out.sarif"));
  EXPECT_EQ(sarif.at("version"), "2.1.0");
  ASSERT_EQ(sarif.at("runs").size(), 1U);
  const Json& run = sarif.at("runs")[0];
  const Json& rules = run.at("tool").at("driver").at("rules");
  EXPECT_EQ(run.at("tool").at("driver").at("name"), "stw-rewrite");
  EXPECT_EQ(run.at("invocations")[0].at("executionSuccessful"), false);
  EXPECT_FALSE(run.at("invocations")[0].at("toolExecutionNotifications").empty());
  std::set<std::string> levels;
  const Json sites = Json::parse(read("report.json")).at("sites");
  ASSERT_EQ(run.at("results").size(), sites.size());
  for (const Json& result : run.at("results")) {
    levels.insert(result.at("level"));
    EXPECT_EQ(rules.at(result.at("ruleIndex").get<size_t>()).at("id"), result.at("ruleId"));
    EXPECT_FALSE(result.at("message").at("text").get<std::string>().empty());
    const Json& place = result.at("locations")[0].at("physicalLocation");
    std::string base = run.at("originalUriBaseIds").at("ROOT").at("uri");
    std::string path = base.substr(7) + place.at("artifactLocation").at("uri").get<std::string>();
    EXPECT_TRUE(fs::exists(path)) << path;
    EXPECT_GE(place.at("region").at("startLine").get<int>(), 1);
    EXPECT_GE(place.at("region").at("startColumn").get<int>(), 1);
  }
  EXPECT_EQ(levels, (std::set<std::string>{"note", "warning"}));
}

}  // namespace
}  // namespace standstill::rewriter
