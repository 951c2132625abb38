#include "bench/rewriter/inputs.h"

#include <fmt/format.h>

#include <fstream>

namespace standstill::bench {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCHeaders =
    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"
    "#include <pthread.h>\n";
constexpr const char* kCxxHeaders =
    "#include <iostream>\n#include <map>\n#include <memory>\n#include <string>\n#include "
    "<vector>\n#include <cstdio>\n";

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string objects(const std::string& headers) {
  return "#pragma once\n" + headers +
         "struct obj { int mu; int why; int n; };\n"
         "void acquire(int* mu);\nvoid release(int* mu);\nint next(struct obj* o);\n"
         "void work(void);\nvoid show(int n);\n"
         "void lock_obj(struct obj* o, int why);\nextern int reason;\n";
}

constexpr const char* kApi =
    "#include \"obj.h\"\n"
    "void lock_obj(struct obj* o, int why) {\n  acquire(&o->mu);\n  o->why = why;\n}\n";

// What a source is made of beside the site: forty functions of seven lines.
std::string filler(int file) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += fmt::format(
        "static int part_{}_{}(struct obj* o, int x) {{\n  int sum = 0;\n"
        "  for (int j = 0; j < x; ++j) {{\n    sum += o->n * j;\n"
        "    if (sum > {}) printf(\"%d\\n\", sum);\n  }}\n  return sum;\n}}\n",
        file, i, i);
  }
  return text;
}

std::string site(int file) {
  return fmt::format(
      "void site_{0}(struct obj* o) {{\n  acquire(&o->mu);\n  o->why = {0};\n"
      "  release(&o->mu);\n}}\n",
      file);
}

// Adds one entry after the other to a compile database.
class Database {
 public:
  Database(fs::path directory, std::string compiler)
      : directory_(std::move(directory)), compiler_(std::move(compiler)) {}
  ~Database() { write(directory_ / "compile_commands.json", "[" + text_ + "]\n"); }

  void add(const std::string& file) {
    text_ += fmt::format(
        "{}{{\"directory\":\"{}\",\"file\":\"{}\",\"arguments\":[\"{}\",\"-Iinc\","
        "\"-c\",\"{}\"]}}\n",
        text_.empty() ? "" : ",", directory_.string(), file, compiler_, file);
  }

 private:
  fs::path directory_;
  std::string compiler_;
  std::string text_;
};

}  // namespace

void writeMatching(const fs::path& directory, bool isC, int count) {
  write(directory / "inc/obj.h", objects(isC ? kCHeaders : kCxxHeaders));
  const char* ending = isC ? "c" : "cc";
  write(directory / fmt::format("api.{}", ending), kApi);
  Database database(directory, isC ? "clang" : "clang++");
  for (int i = 0; i < count; ++i) {
    std::string name = fmt::format("f{}.{}", i, ending);
    write(directory / name, "#include \"obj.h\"\n" + filler(i) + site(i));
    database.add(name);
  }
}

void writeTree(const fs::path& directory, int count) {
  write(directory / "inc/obj.h", objects(kCHeaders));
  write(directory / "api.c", kApi);
  Database database(directory, "clang");
  for (int i = 0; i < count; ++i) {
    std::string name = fmt::format("d{}/f{}.c", i % 100, i);
    bool matches = i % 500 == 7;
    write(directory / name, "#include \"obj.h\"\n" + filler(i) + (matches ? site(i) : ""));
    database.add(name);
  }
}

const std::vector<SiteKind>& siteKinds() {
  static const std::vector<SiteKind> kKinds = {
      {"plain", "  acquire(&o->mu);\n  o->why = 3;\n", true},
      {"commented", "  acquire(&o->mu);  // first\n  // then\n  o->why = k;\n", true},
      {"spelled_otherwise", "  acquire(&(*o).mu);\n  (*o).why = k + 1;\n", true},
      {"alias", "  struct obj* p = o;\n  acquire(&p->mu);\n  o->why = 3;\n  show(p->n);\n", true},
      {"in_a_loop", "  while (k--) {\n    acquire(&o->mu);\n    o->why = k;\n    work();\n  }\n",
       true},
      {"counted_between", "  int m = 0;\n  acquire(&o->mu);\n  m++;\n  o->why = 3;\n  show(m);\n",
       true},
      {"call_between", "  acquire(&o->mu);\n  work();\n  o->why = 3;\n", false},
      {"return_between", "  acquire(&o->mu);\n  if (k) return;\n  o->why = 3;\n", false},
      {"changed_between", "  acquire(&o->mu);\n  k++;\n  o->why = k;\n  show(k);\n", true,
       "k++;\n  lock_obj(o, k);"},
      {"reads_between", "  acquire(&o->mu);\n  show(o->why);\n  o->why = 3;\n", false},
      {"argument_has_effects", "  acquire(&o->mu);\n  o->why = next(o);\n", false},
      {"argument_is_guarded", "  acquire(&o->mu);\n  o->why = o->n;\n", false},
      {"argument_is_shared", "  acquire(&o->mu);\n  o->why = reason;\n", false},
      {"other_object", "  acquire(&o->mu);\n  q->why = 3;\n", false},
      {"converts", "  acquire(&o->mu);\n  o->why = 2.5 + k;\n", true},
  };
  return kKinds;
}

void writeSites(const fs::path& directory, int count) {
  write(directory / "inc/obj.h", objects(""));
  write(directory / "api.c", kApi);
  std::string text = "#include \"obj.h\"\n";
  for (const SiteKind& kind : siteKinds()) {
    for (int i = 0; i < count; ++i) {
      text += fmt::format("void {}_{}(struct obj* o, struct obj* q, int k) {{\n{}}}\n", kind.name,
                          i, kind.body);
    }
  }
  write(directory / "sites.c", text);
  Database(directory, "clang").add("sites.c");
  // The helper's two steps, in order on every path, with anything in between.
  write(directory / "rule.cocci",
        "@@ expression o, w; @@\n- acquire(&o->mu);\n+ lock_obj(o, w);\n  ...\n- o->why = w;\n");
  // Only where they stand side by side.
  write(directory / "adjacent.cocci",
        "@@ expression o, w; @@\n- acquire(&o->mu);\n- o->why = w;\n+ lock_obj(o, w);\n");
}

}  // namespace standstill::bench
