#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/edit.h"

namespace standstill::rewriter {

// The edits, by real path of the file, as YAML that `clang-apply-replacements` takes: Clang's own
// TranslationUnitDiagnostics, as clang-tidy writes them. The same edit in the files of several
// shards is applied once; of TranslationUnitReplacements, an insertion would be applied as often as
// it is there.
std::string toYaml(const std::map<std::string, std::vector<Edit>>& edits);

}  // namespace standstill::rewriter
