// C++ sources through the whole of the rewriter, helpers and sites in one file: whatever is in it,
// it is rewritten or left, what is rewritten is certified, and the new text compiles.
//
// The compiler itself may crash on wild text, which is not ours to mend: each input is parsed in a
// process of its own first, and goes on only if it compiles. The mutator works on whole lines more
// often than on bytes, so that enough of them do.
#include <clang/Tooling/CompilationDatabase.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>

#include "rewriter/analysis.h"
#include "rewriter/api.h"
#include "rewriter/merge.h"
#include "rewriter/pch.h"
#include "rewriter/workers.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

namespace {

using namespace standstill::rewriter;

std::unique_ptr<Options> makeOptions() {
  auto made = std::make_unique<Options>();
  Options& options = *made;
  const auto folder = std::filesystem::temp_directory_path();
  options.api = folder / ("rewrite_fuzz." + std::to_string(getpid()) + ".cc");
  options.factors = {"stop", "start"};
  options.pairs = {{"stop", "start"}};
  options.sources = {options.api};
  options.headers.addSource(options.api);
  // No folder of headers: what an input includes must not depend on the machine.
  options.database = std::make_unique<clang::tooling::FixedCompilationDatabase>(
      folder.string(), std::vector<std::string>{"-std=c++20", "-nostdinc"});
  return made;
}

const Options& theOptions() {
  static const std::unique_ptr<Options> kOptions = makeOptions();
  return *kOptions;
}

bool compiles() {
  bool good = false;
  runInWorkers(
      1, {1, std::chrono::seconds(10)},
      [](size_t) {
        const Options& options = theOptions();
        const bool clean = parse(*options.database, options.api, {}).front().errors.empty();
        return std::string(clean ? "yes" : "no");
      },
      [&](size_t, const Outcome& outcome) { good = outcome.bytes == "yes"; }, {});
  return good;
}

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void rewrite(const Api& api) {
  const Options& options = theOptions();
  const Task task{options, api.factors, api.unit,
                  [&](const std::string& file) { return options.headers.accepts(file); }};
  Merger merger;
  UnitResult result = analyse(task, options.api);
  require(result.errors.empty());
  require(toBytes(fromBytes(toBytes(result))) == toBytes(result));
  merger.add(std::move(result));
  merger.load();
  while (!merger.unchecked().empty())
    merger.apply(0, checkMerged(task, options.api, merger.work()));
  for (const auto& [key, plan] : merger.work().functions) {
    for (const Site& site : plan.sites) require(site.refusal || site.certified);
  }
  const Overlay texts = newTexts(merger.work());
  require(parse(*options.database, options.api, texts).front().errors.empty());
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    lines.back() += c;
    if (c == '\n') lines.emplace_back();
  }
  return lines;
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most,
                                          unsigned int seed) {
  std::minstd_rand random(seed);
  if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, most);
  std::vector<std::string> lines = linesOf({reinterpret_cast<char*>(data), size});
  const auto any = [&] { return static_cast<std::ptrdiff_t>(random() % lines.size()); };
  for (unsigned i = 0; i <= random() % 3; ++i) {
    const std::string line = lines[static_cast<size_t>(any())];
    switch (random() % 3) {
      case 0:
        lines.insert(lines.begin() + any(), line);
        break;
      case 1:
        if (lines.size() > 1) lines.erase(lines.begin() + any());
        break;
      default:
        std::swap(lines[static_cast<size_t>(any())], lines[static_cast<size_t>(any())]);
    }
  }
  std::string text;
  for (const std::string& line : lines) text += line;
  const size_t length = std::min(text.size(), most);
  std::copy_n(text.begin(), length, data);
  return length;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Options& options = theOptions();
  std::ofstream(options.api, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  Api api;
  if (compiles() && readApi(options, api).empty()) rewrite(api);
  return 0;
}
