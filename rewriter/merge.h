#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/options.h"
#include "rewriter/unit_result.h"
#include "rewriter/verify.h"

namespace standstill::rewriter {

// Puts together what the workers found out. A header is seen by many units: all must come to the
// same edits of each of its functions, and the new texts must hold in every one of them. Results
// must come in the order of the sources; then the outcome does not depend on who was done first.
class Merger {
 public:
  // First results, the next source's each time.
  void add(UnitResult result);

  // Call when all are added: reads the files that something is to be done to.
  void load();

  // Sources (in the order of add()) whose unit was not yet checked with the texts that the merged
  // work gives its files. REQUIRES: load() was called.
  std::vector<size_t> unchecked() const;

  // The result of checkMerged() for one of those.
  void apply(size_t source, const UnitResult& result);

  const Work& work() const { return work_; }

 private:
  using PathId = std::uint32_t;

  PathId idOf(const std::string& path);
  void addFunction(const UnitResult::Function& function);
  void block(const std::map<std::string, std::string>& blocked);
  void blockAllRenames();

  struct Source {
    std::vector<PathId> files;
    std::map<std::string, std::uint64_t> checked;
  };

  Work work_;
  std::vector<Source> sources_;
  std::map<std::string, PathId> ids_;
  std::vector<const std::string*> paths_;
  std::map<std::string, std::set<std::uint64_t>> originals_;  // what units saw in a file
};

}  // namespace standstill::rewriter
