#include "rewriter/selection.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Regex.h>

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace standstill::rewriter {

std::optional<Shard> readShard(const std::string& text) {
  Shard shard;
  const char* end = text.data() + text.size();
  auto [slash, wrongIndex] = std::from_chars(text.data(), end, shard.index);
  if (wrongIndex != std::errc() || slash == end || *slash != '/') return std::nullopt;
  auto [rest, wrongCount] = std::from_chars(slash + 1, end, shard.count);
  bool good =
      wrongCount == std::errc() && rest == end && shard.index >= 1 && shard.index <= shard.count;
  return good ? std::optional(shard) : std::nullopt;
}

std::vector<std::string> inShard(std::vector<std::string> sources, const Shard& shard) {
  std::sort(sources.begin(), sources.end());
  std::vector<std::string> mine;
  for (size_t i = shard.index - 1; i < sources.size(); i += shard.count) {
    mine.push_back(std::move(sources[i]));
  }
  return mine;
}

std::string LineFilter::read(const std::string& json) {
  auto parsed = nlohmann::json::parse(json, nullptr, false);
  const char* form = R"(expected [{"name":"FILE","lines":[[FIRST,LAST],...]},...])";
  if (!parsed.is_array()) return form;
  for (const auto& one : parsed) {
    if (!one.is_object() || !one.contains("name") || !one["name"].is_string()) return form;
    File file;
    file.name = one["name"];
    if (file.name.empty()) return "a name is empty";
    if (one.contains("lines")) {
      if (!one["lines"].is_array()) return form;
      for (const auto& range : one["lines"]) {
        bool pair = range.is_array() && range.size() == 2 && range[0].is_number_unsigned() &&
                    range[1].is_number_unsigned();
        if (!pair) return form;
        file.lines.emplace_back(range[0], range[1]);
        if (file.lines.back().first > file.lines.back().second)
          return "a range ends before it starts";
      }
    }
    files_.push_back(std::move(file));
  }
  return files_.empty() ? "it names no file" : "";
}

bool LineFilter::accepts(const std::string& path, unsigned first, unsigned last) const {
  if (files_.empty()) return true;
  for (const File& file : files_) {
    if (!path.ends_with(file.name)) continue;
    auto meets = [&](const auto& range) { return range.first <= last && first <= range.second; };
    if (file.lines.empty() || std::any_of(file.lines.begin(), file.lines.end(), meets)) return true;
  }
  return false;
}

HeaderFilter::HeaderFilter() = default;
HeaderFilter::~HeaderFilter() = default;

void HeaderFilter::addSource(const std::string& realPath) {
  sources_.insert(realPath);
  directories_.insert(realPath.substr(0, realPath.rfind('/')));
}

std::string HeaderFilter::use(const std::string& expression) {
  auto made = std::make_unique<llvm::Regex>(expression);
  std::string error;
  if (!made->isValid(error)) return error;
  expression_ = std::move(made);
  return {};
}

bool HeaderFilter::accepts(const std::string& realPath) const {
  if (sources_.contains(realPath)) return true;
  if (expression_) return expression_->match(realPath);
  for (size_t cut = realPath.rfind('/'); cut != std::string::npos && cut > 0;
       cut = realPath.rfind('/', cut - 1)) {
    if (directories_.contains(realPath.substr(0, cut))) return true;
  }
  return directories_.contains("");
}

}  // namespace standstill::rewriter
