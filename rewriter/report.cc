#include "rewriter/report.h"

#include <nlohmann/json.hpp>

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

size_t rewrittenCount(const Result& result) {
  return static_cast<size_t>(std::count_if(result.sites.begin(), result.sites.end(),
                                           [](const Site& site) { return !site.refusal; }));
}

}  // namespace

std::string toJson(const Result& result) {
  // Ordered, so that the file reads as the manual describes it.
  using Json = nlohmann::ordered_json;
  Json sites = Json::array();
  for (const Site& site : result.sites) {
    sites.push_back({{"file", site.file},
                     {"line", site.line},
                     {"column", site.column},
                     {"function", site.function},
                     {"factor", site.factor},
                     {"verdict", site.refusal ? "left" : "rewritten"},
                     {"reason", site.refusal ? std::string(code(site.refusal->reason)) : ""},
                     {"detail", site.refusal ? site.refusal->detail : ""},
                     {"assumed", site.assumed},
                     {"certified", site.certified},
                     {"ir", std::string(code(site.ir))}});
  }
  Json failures = Json::array();
  for (const Failure& failure : result.failures) {
    failures.push_back({{"file", failure.file}, {"errors", failure.errors}});
  }
  size_t rewritten = rewrittenCount(result);
  Json summary = {{"rewritten", rewritten},
                  {"left", result.sites.size() - rewritten},
                  {"changed_files", result.changedFiles},
                  {"not_written", result.notWritten},
                  {"failures", failures}};
  Json all = {{"sites", sites}, {"summary", summary}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string toText(const Result& result) {
  std::string out;
  for (const Site& site : result.sites) {
    std::string place = fmt::format("{}:{}:{}", site.file, site.line, site.column);
    if (site.refusal) {
      out += fmt::format("{}: left: {}: {}\n", place, code(site.refusal->reason),
                         site.refusal->detail);
    } else {
      std::string assumed =
          site.assumed.empty() ? "" : fmt::format(", assuming {}", fmt::join(site.assumed, ", "));
      out += fmt::format("{}: rewritten: {} ({}{})\n", place, site.factor,
                         site.certified ? "certified" : "not certified", assumed);
    }
  }
  for (const std::string& file : result.notWritten) out += fmt::format("{}\n", file);
  size_t rewritten = rewrittenCount(result);
  out += fmt::format("stw-rewrite: {} file{} changed, {} site{} rewritten, {} left\n",
                     result.changedFiles.size(), result.changedFiles.size() == 1 ? "" : "s",
                     rewritten, rewritten == 1 ? "" : "s", result.sites.size() - rewritten);
  return out;
}

}  // namespace standstill::rewriter
