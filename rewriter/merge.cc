#include "rewriter/merge.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

bool sameEdits(const FunctionPlan& a, const FunctionPlan& b) {
  return a.edits == b.edits && a.headers == b.headers;
}

}  // namespace

Merger::PathId Merger::idOf(const std::string& path) {
  auto [it, isNew] = ids_.try_emplace(path, static_cast<PathId>(paths_.size()));
  if (isNew) paths_.push_back(&it->first);
  return it->second;
}

void Merger::add(UnitResult result) {
  Source& source = sources_.emplace_back();
  source.checked = std::move(result.checked);
  for (const UnitResult::File& file : result.files) {
    source.files.push_back(idOf(file.path));
    if (file.text != 0) originals_[file.path].insert(file.text);
  }
  for (const UnitResult::Function& function : result.functions) addFunction(function);
  for (auto& [file, edits] : result.renames) {
    std::vector<Edit>& all = work_.files[file].renames;
    all.insert(all.end(), edits.begin(), edits.end());
    if (normalise(all)) throw std::logic_error(file + ": two renames overlap");
  }
  for (const std::string& file : result.symbolRenames) work_.files[file].renamesSymbols = true;
  block(result.blocked);
}

void Merger::addFunction(const UnitResult::Function& function) {
  FunctionPlan plan = function.proposed;
  const FunctionKey key = {plan.file, plan.offset};
  bool refused = !function.refused.empty();
  if (refused) {
    plan.sites = function.refused;
    plan.edits.clear();
    plan.headers.clear();
  }
  auto [it, isNew] = work_.functions.try_emplace(key, plan);
  if (isNew) return;
  FunctionPlan& known = it->second;
  if (known.edits.empty() && !refused && !plan.edits.empty()) {
    // The first unit left it or lost it: what it has against the edit shows when it is checked
    // with it, unless it is a refusal, which stands.
    bool knownRefused = std::any_of(known.sites.begin(), known.sites.end(), [](const Site& site) {
      return site.refusal && (site.refusal->reason == Reason::kDoesNotCompile ||
                              site.refusal->reason == Reason::kNotCertified ||
                              site.refusal->reason == Reason::kUnitsDisagree);
    });
    if (!knownRefused) known = std::move(plan);
  } else if (refused) {
    if (!known.edits.empty()) known = std::move(plan);
  } else if (!known.edits.empty() && !sameEdits(known, plan)) {
    refuseDisagreement(known);
  }
}

void Merger::block(const std::map<std::string, std::string>& blocked) {
  for (const auto& [file, why] : blocked) {
    work_.files[file].blocked = why;
    for (auto& [key, plan] : work_.functions) {
      if (key.first == file) refuseAll(plan, Reason::kDoesNotCompile, why);
    }
  }
}

void Merger::load() {
  for (const auto& [key, plan] : work_.functions) {
    if (!plan.edits.empty()) work_.files.try_emplace(key.first);
  }
  for (auto& [file, plan] : work_.files) {
    plan.text = SourceText(readFile(file));
    // Offsets into another text would be wrong ones.
    bool same = originals_[file] == std::set<std::uint64_t>{hashOf(plan.text.text())};
    if (!same && plan.blocked.empty()) block({{file, "it changed while it was read"}});
  }
  blockAllRenames();
}

// A rename is made everywhere or nowhere.
void Merger::blockAllRenames() {
  auto first = std::find_if(work_.files.begin(), work_.files.end(), [](const auto& entry) {
    return entry.second.renamesSymbols && !entry.second.blocked.empty();
  });
  if (first == work_.files.end()) return;
  std::map<std::string, std::string> others;
  for (const auto& [file, plan] : work_.files) {
    if (plan.renamesSymbols && plan.blocked.empty()) others[file] = first->second.blocked;
  }
  block(others);
}

std::vector<size_t> Merger::unchecked() const {
  std::map<PathId, std::pair<const std::string*, std::uint64_t>> wanted;
  for (const auto& [file, text] : newTexts(work_)) {
    auto id = ids_.find(file);
    if (id != ids_.end()) wanted[id->second] = {&id->first, hashOf(text)};
  }
  std::vector<size_t> todo;
  for (size_t i = 0; i < sources_.size(); ++i) {
    std::map<std::string, std::uint64_t> texts;
    for (PathId id : sources_[i].files) {
      auto it = wanted.find(id);
      if (it != wanted.end()) texts[*it->second.first] = it->second.second;
    }
    // A text that stayed as it is needs no check.
    if (!texts.empty() && texts != sources_[i].checked) todo.push_back(i);
  }
  return todo;
}

void Merger::apply(size_t source, const UnitResult& result) {
  if (!result.errors.empty()) {
    // It was read before and cannot be now: nothing that it is made of can be checked with it.
    std::map<std::string, std::string> files;
    for (PathId id : sources_[source].files) {
      auto file = work_.files.find(*paths_[id]);
      if (file != work_.files.end()) files[file->first] = result.errors.front();
    }
    block(files);
    blockAllRenames();
    return;
  }
  sources_[source].checked = result.checked;
  for (const UnitResult::Function& function : result.functions) {
    const FunctionKey key = {function.proposed.file, function.proposed.offset};
    FunctionPlan& known = work_.functions.at(key);
    if (known.edits.empty()) continue;
    if (!function.refused.empty()) {
      known.sites = function.refused;
      known.edits.clear();
      known.headers.clear();
    }
  }
  block(result.blocked);
  blockAllRenames();
}

}  // namespace standstill::rewriter
