#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rewriter/source_text.h"

namespace clang {
class ASTUnit;
class FileEntryRef;
class SourceRange;
class SourceManager;
class SourceLocation;
class Stmt;
namespace tooling {
class CompilationDatabase;
}
}  // namespace clang

namespace standstill::rewriter {

// New contents of files, by real path.
using Overlay = std::map<std::string, std::string>;

// One translation unit, parsed with one compile command.
struct Unit {
  std::string source;
  std::string directory;  // that the compile command runs in
  std::unique_ptr<clang::ASTUnit> ast;
  bool strictAliasing = true;
  std::vector<std::string> errors;      // `file:line:col: message`, empty when it parses
  std::vector<std::string> errorFiles;  // real path for each error
};

// Which function bodies are parsed.
enum class Bodies : std::uint8_t {
  kNeeded,  // all but those of system headers that say nothing to the analysis: skipped_bodies.h
  kAll,
};

// Parses `source` once for each of its compile commands. A source the database knows nothing about
// gives one unit with an error. REQUIRES: `overlay` outlives the units.
std::vector<Unit> parse(const clang::tooling::CompilationDatabase& database,
                        const std::string& source, const Overlay& overlay,
                        Bodies bodies = Bodies::kNeeded);

// The file that `location` is spelled or expanded in, by real path; empty for none.
std::string realFile(const clang::SourceManager& sources, clang::SourceLocation location);

// Where a statement stands in its file without its semicolon; nothing if a macro spells it.
std::optional<TextRange> fileRange(const clang::ASTUnit& unit, const clang::SourceRange& range);

// A statement's text on one line, cut to a readable length.
std::string shortText(const clang::ASTUnit& unit, const clang::Stmt& stmt);
unsigned lineOf(const clang::ASTUnit& unit, const clang::Stmt& stmt);

// All bytes of a file; none if it cannot be read.
std::string readFile(const std::string& path);

std::string realPath(const std::string& path);

// The file's real path, whatever directory the compile command ran in.
std::string realPath(const clang::FileEntryRef& file);

// Files that the unit was made of, with their names as they were opened, by real path. Files of the
// system are left out.
std::multimap<std::string, std::string> filesOf(const Unit& unit);

}  // namespace standstill::rewriter
