#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/commands.h"
#include "checker/explore/findings_json.h"
#include "checker/explore/whole_file.h"

namespace standstill::checker {

int merge(const MergeCommand& command) {
  Report whole = mergeShards(command.reports);
  if (command.json.empty()) {
    fmt::print("{}", whole.json());
  } else {
    writeWhole(command.json, whole.json(), "--json");
  }
  return std::ranges::any_of(whole.scenarios, &Findings::hasFailures) ? kFound : kClean;
}

}  // namespace standstill::checker
