#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rewriter/entity.h"
#include "rewriter/source_text.h"
#include "rewriter/unit.h"

namespace standstill::rewriter {

// Edits by the real path of the file they are for.
using FileEdits = std::map<std::string, std::vector<Edit>>;
using FileTest = std::function<bool(const std::string& realPath)>;

// Renames declarations and every reference to them, in the files of `unit` that `editable` accepts.
void renameSymbols(const Unit& unit, const Renames& renames, const FileTest& editable,
                   FileEdits& edits);

// Whole-word replacement in the comments and string literals of one file.
std::vector<Edit> renameProse(const SourceText& text, const Renames& inComments,
                              const Renames& inStrings);

}  // namespace standstill::rewriter
