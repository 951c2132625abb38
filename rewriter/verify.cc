#include "rewriter/verify.h"

#include <list>

#include "rewriter/unit_certifier.h"
#include "rewriter/functions.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

using Files = std::multimap<std::string, std::string>;

bool touches(const Files& files, const Overlay& overlay) {
  return std::any_of(overlay.begin(), overlay.end(),
                     [&](const auto& entry) { return files.contains(entry.first); });
}

void block(Work& work, const std::string& file, const std::string& error) {
  work.files[file].blocked = error;
  for (auto& [key, plan] : work.functions) {
    if (key.first == file) refuseAll(plan, Reason::kDoesNotCompile, error);
  }
}

// First the sites of a file go; if it still does not compile, its renames are to blame, and a
// rename is made everywhere or nowhere.
void giveUp(Work& work, const std::string& file, const std::string& error) {
  bool hadSites = false;
  for (auto& [key, plan] : work.functions) {
    if (key.first != file || plan.edits.empty()) continue;
    refuseAll(plan, Reason::kDoesNotCompile, error);
    hadSites = true;
  }
  if (hadSites) return;
  block(work, file, error);
  if (!work.files[file].renamesSymbols) return;
  for (auto& [other, plan] : work.files) {
    if (plan.renamesSymbols && plan.blocked.empty()) block(work, other, error);
  }
}

// Takes out what the errors point at, or everything in the unit if they point elsewhere.
void blame(Work& work, const Files& files, const Unit& unit, const Overlay& overlay) {
  bool found = false;
  for (size_t i = 0; i < unit.errors.size(); ++i) {
    if (!overlay.contains(unit.errorFiles[i]) || !work.files[unit.errorFiles[i]].blocked.empty()) {
      continue;
    }
    giveUp(work, unit.errorFiles[i], unit.errors[i]);
    found = true;
    break;
  }
  if (found) return;
  for (const auto& [file, text] : overlay) {
    if (files.contains(file)) giveUp(work, file, unit.errors.front());
  }
}

// Compares the optimised code of the edited functions of one unit, once each, and refuses those
// where it differs for no reason that the certificate knows (see ir.h).
class CodeWitness {
 public:
  CodeWitness(const Unit& before, const Unit& after, const Unit& api,
              const std::vector<Factor>& factors, const Renames& renames)
      : before_(before), after_(after), api_(api), factors_(factors), renames_(renames) {}

  void add(FunctionPlan& plan, const clang::FunctionDecl& before, const clang::FunctionDecl& after,
           bool moved) {
    bool known = false;
    for (const Site& site : plan.sites) {
      known = known || site.ir != IrVerdict::kNone;
      moved = moved || !site.assumed.empty();
    }
    if (known) return;
    plans_.push_back({&plan, moved});
    pairs_.emplace_back(&before, &after);
  }

  // False if an edit had to be refused.
  bool agree() {
    bool good = true;
    std::vector<IrVerdict> verdicts = compareIr(before_, after_, api_, factors_, renames_, pairs_);
    for (size_t i = 0; i < plans_.size(); ++i) {
      auto [plan, moved] = plans_[i];
      for (Site& site : plan->sites) {
        if (!site.refusal) site.ir = verdicts[i];
      }
      if (verdicts[i] != IrVerdict::kDiffers || moved) continue;
      good = false;
      refuseAll(*plan, Reason::kNotCertified,
                "nothing was moved, and yet the optimised code of the two versions differs");
    }
    return good;
  }

 private:
  const Unit& before_;
  const Unit& after_;
  const Unit& api_;
  const std::vector<Factor>& factors_;
  const Renames& renames_;
  std::vector<std::pair<FunctionPlan*, bool>> plans_;
  std::vector<FunctionPair> pairs_;
};

// What a new include declares or defines as a macro may change the meaning of the whole file.
std::set<std::string> filesWithNewIncludes(const Work& work) {
  std::set<std::string> files;
  for (const auto& [key, plan] : work.functions) {
    if (!plan.headers.empty()) files.insert(key.first);
  }
  return files;
}

// Certifies every function with edited sites, and every other one of a file in which something was
// renamed or included: a name may mean something else there.
bool certifyUnit(Work& work, size_t index, const Unit& after, const Options& options,
                 const std::vector<Factor>& factors, const Unit& api) {
  const Unit& before = work.units[index].unit;
  if (!before.ast) return true;
  UnitCertifier certifier(before, after, options, factors);
  const clang::SourceManager& sources = before.ast->getSourceManager();
  std::set<std::string> including = filesWithNewIncludes(work);
  bool good = true;
  CodeWitness witness(before, after, api, factors, options.renames);
  for (const clang::FunctionDecl* function : outermostFunctions(before)) {
    std::string file = realFile(sources, function->getLocation());
    auto plan = work.files.find(file);
    if (plan == work.files.end() || !plan->second.blocked.empty()) continue;
    auto it = work.functions.find(
        {file, sources.getFileOffset(sources.getFileLoc(function->getBeginLoc()))});
    bool edited = it != work.functions.end() && !it->second.edits.empty();
    if (!edited && !plan->second.renamesSymbols && !including.contains(file)) continue;
    Certificate certificate = certifier.compare(*function);
    const std::string& difference = certificate.difference;
    if (!difference.empty()) {
      good = false;
      if (edited) {
        refuseAll(it->second, Reason::kNotCertified, difference);
      } else {
        giveUp(work, file,
               fmt::format("in {} a renamed or newly included name means something else ({})",
                           function->getQualifiedNameAsString(), difference));
      }
    } else if (edited) {
      for (Site& site : it->second.sites) site.certified = !site.refusal;
      // A word that is renamed in a string makes other code of it.
      bool moved = certificate.moved || !options.inStrings.empty();
      witness.add(it->second, *function, *certifier.counterpart(*function), moved);
    }
  }
  // After a refusal everything is certified again; one such comparison is enough.
  return good && witness.agree();
}

// The new texts under every name that the unit opens them by: it may reach them over a link.
Overlay underAllNames(const Overlay& overlay, const Files& files) {
  Overlay all = overlay;
  for (const auto& [file, name] : files) {
    if (auto it = overlay.find(file); it != overlay.end()) all[name] = it->second;
  }
  return all;
}

// What was parsed must be the new text, or it proves nothing about it.
void checkTexts(Unit& unit, const Overlay& overlay) {
  if (!unit.ast) return;
  const clang::SourceManager& sources = unit.ast->getSourceManager();
  for (auto it = sources.fileinfo_begin(); it != sources.fileinfo_end(); ++it) {
    std::string file = realPath(it->first);
    auto wanted = overlay.find(file);
    if (wanted == overlay.end()) continue;
    clang::FileID id = sources.translateFile(it->first);
    if (id.isInvalid() || sources.getBufferData(id) == wanted->second) continue;
    unit.errors.push_back(file + ": reached under more than one name, so it cannot be checked");
    unit.errorFiles.push_back(file);
  }
}

// What a new include or name means may be wrong in the body of a system header's template. A call
// alone brings no error in: a helper's parameters are scalars and references.
Bodies bodiesToCheck(const Work& work, const Files& files) {
  std::set<std::string> including = filesWithNewIncludes(work);
  bool more = std::any_of(files.begin(), files.end(), [&](const auto& entry) {
    auto plan = work.files.find(entry.first);
    return including.contains(entry.first) ||
           (plan != work.files.end() && !plan->second.renames.empty());
  });
  return more ? Bodies::kAll : Bodies::kNeeded;
}

// One round over all units; false if something had to be taken out.
bool round(Work& work, const Options& options, const std::vector<Factor>& factors,
           const Unit& api) {
  Overlay overlay = newTexts(work);
  bool good = true;
  std::list<Overlay> texts;  // what is parsed refers to it
  std::map<std::string, std::vector<Unit>> parsed;
  std::map<std::string, size_t> taken;  // a source with two commands stands for two units, in order
  for (size_t i = 0; i < work.units.size(); ++i) {
    const AnalysedUnit& analysed = work.units[i];
    if (!touches(analysed.files, overlay)) continue;
    std::vector<Unit>& units = parsed[analysed.unit.source];
    size_t nth = taken[analysed.unit.source]++;
    if (nth == 0) {
      texts.push_back(underAllNames(overlay, analysed.files));
      units = parse(*options.database, analysed.unit.source, texts.back(),
                    bodiesToCheck(work, analysed.files));
    }
    Unit& after = units.at(nth);
    if (after.errors.empty()) checkTexts(after, overlay);
    if (!after.errors.empty()) {
      blame(work, analysed.files, after, overlay);
      good = false;
    } else {
      good = certifyUnit(work, i, after, options, factors, api) && good;
    }
    after.ast.reset();
  }
  return good;
}

}  // namespace

void refuseAll(FunctionPlan& plan, Reason reason, const std::string& detail) {
  for (Site& site : plan.sites) {
    if (!site.refusal) site.refusal = {reason, detail};
    site.certified = false;
    site.assumed.clear();
    site.ir = IrVerdict::kNone;
  }
  plan.edits.clear();
  plan.headers.clear();
}

void refuseDisagreement(FunctionPlan& plan) {
  refuseAll(plan, Reason::kUnitsDisagree,
            "other translation units that include this header would be edited differently");
}

std::map<std::string, std::vector<Edit>> allEdits(const Work& work) {
  std::map<std::string, std::vector<Edit>> edits;
  std::map<std::string, std::set<std::string>> headers;
  for (const auto& [key, plan] : work.functions) {
    edits[key.first].insert(edits[key.first].end(), plan.edits.begin(), plan.edits.end());
    headers[key.first].insert(plan.headers.begin(), plan.headers.end());
  }
  std::map<std::string, std::vector<Edit>> result;
  for (const auto& [file, plan] : work.files) {
    if (!plan.blocked.empty()) continue;
    std::vector<Edit> all = edits[file];
    const size_t first = firstOffset(all);
    for (const std::string& header : headers[file])
      all.push_back(plan.text.inclusion(header, first));
    // A renamed word inside text that goes, or is replaced as a whole, is taken care of there.
    std::vector<Edit> planned = all;
    for (const Edit& rename : plan.renames) {
      bool inside = std::any_of(planned.begin(), planned.end(), [&](const Edit& edit) {
        return rename.offset >= edit.offset && rename.offset < edit.offset + edit.length;
      });
      if (!inside) all.push_back(rename);
    }
    if (auto clash = normalise(all)) {
      throw std::logic_error(fmt::format("{}: two edits overlap at bytes {} and {}", file,
                                         clash->first.offset, clash->second.offset));
    }
    if (!all.empty()) result[file] = std::move(all);
  }
  return result;
}

Overlay newTexts(const Work& work) {
  Overlay texts;
  for (const auto& [file, edits] : allEdits(work)) {
    const std::string& before = work.files.at(file).text.text();
    std::string after = applyEdits(before, edits);
    if (after != before) texts[file] = std::move(after);
  }
  return texts;
}

void verify(Work& work, const Options& options, const std::vector<Factor>& factors,
            const Unit& api) {
  while (!round(work, options, factors, api)) {
  }
}

}  // namespace standstill::rewriter
