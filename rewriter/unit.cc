#include "rewriter/unit.h"

#include <clang/Frontend/CompilerInstance.h>
#include <llvm/Support/FileSystem.h>

#include <fstream>
#include <sstream>
#include <unordered_map>

#include "rewriter/pch.h"
#include "rewriter/skipped_bodies.h"

namespace standstill::rewriter {

namespace {

class ErrorCollector : public clang::DiagnosticConsumer {
 public:
  explicit ErrorCollector(Unit& into) : into_(into) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic& diagnostic) override {
    DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
    if (level < clang::DiagnosticsEngine::Error) return;
    llvm::SmallString<128> message;
    diagnostic.FormatDiagnostic(message);
    std::string place = into_.source;
    std::string file;
    if (diagnostic.hasSourceManager() && diagnostic.getLocation().isValid()) {
      const clang::SourceManager& sources = diagnostic.getSourceManager();
      clang::PresumedLoc at =
          sources.getPresumedLoc(sources.getExpansionLoc(diagnostic.getLocation()));
      if (at.isValid()) {
        place = fmt::format("{}:{}:{}", at.getFilename(), at.getLine(), at.getColumn());
      }
      file = realFile(sources, diagnostic.getLocation());
    }
    into_.errors.push_back(place + ": " + message.str().str());
    into_.errorFiles.push_back(file);
  }

 private:
  Unit& into_;
};

// One command at a time: a source compiled twice gives two units.
class OneCommand : public clang::tooling::CompilationDatabase {
 public:
  explicit OneCommand(clang::tooling::CompileCommand command) : command_(std::move(command)) {}
  std::vector<clang::tooling::CompileCommand> getCompileCommands(llvm::StringRef) const override {
    return {command_};
  }

 private:
  clang::tooling::CompileCommand command_;
};

// As ClangTool::buildASTs(), with less to parse.
class UnitBuilder : public clang::tooling::ToolAction {
 public:
  explicit UnitBuilder(Bodies bodies) : bodies_(bodies) {}

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation,
                     clang::FileManager* files,
                     std::shared_ptr<clang::PCHContainerOperations> containers,
                     clang::DiagnosticConsumer* errors) override {
    if (bodies_ == Bodies::kNeeded) skipSystemBodies(*invocation);
    auto diagnostics =
        clang::CompilerInstance::createDiagnostics(&invocation->getDiagnosticOpts(), errors, false);
    built = clang::ASTUnit::LoadFromCompilerInvocation(invocation, std::move(containers),
                                                       diagnostics, files);
    return built != nullptr;
  }
  std::unique_ptr<clang::ASTUnit> built;

 private:
  Bodies bodies_;
};

bool usesStrictAliasing(const std::vector<std::string>& arguments) {
  bool strict = true;
  for (const std::string& argument : arguments) {
    if (argument == "-fno-strict-aliasing") strict = false;
    if (argument == "-fstrict-aliasing") strict = true;
  }
  return strict;
}

Unit parseOne(const clang::tooling::CompileCommand& command, const std::string& source,
              const Overlay& overlay, Bodies bodies) {
  Unit unit{.source = source,
            .directory = command.Directory,
            .ast = nullptr,
            .strictAliasing = usesStrictAliasing(command.CommandLine),
            .errors = {},
            .errorFiles = {}};
  OneCommand database(command);
  clang::tooling::ClangTool tool(database, {source});
  tool.setPrintErrorMessage(false);
  ErrorCollector errors(unit);
  tool.setDiagnosticConsumer(&errors);
  using clang::tooling::ArgumentInsertPosition;
  // The gate is whether it compiles, not whether it is free of warnings: those differ by compiler.
  tool.appendArgumentsAdjuster(
      clang::tooling::getInsertArgumentAdjuster({"-Wno-error", "-w"}, ArgumentInsertPosition::END));
  bool ownResources =
      std::any_of(command.CommandLine.begin(), command.CommandLine.end(),
                  [](const std::string& a) { return a.starts_with("-resource-dir"); });
  if (!ownResources) {
    tool.appendArgumentsAdjuster(clang::tooling::getInsertArgumentAdjuster(
        "-resource-dir=" STANDSTILL_CLANG_RESOURCE_DIR, ArgumentInsertPosition::BEGIN));
  }
  for (const auto& [path, content] : overlay) tool.mapVirtualFile(path, content);
  UnitBuilder builder(bodies);
  int status = tool.run(&builder);
  unit.ast = std::move(builder.built);
  if ((status != 0 || !unit.ast) && unit.errors.empty()) {
    unit.errors.push_back(source +
                          ": the compile command does not describe a C or C++ compilation");
    unit.errorFiles.push_back(source);
  }
  // The collector dies here; nothing may report to it any more.
  if (unit.ast) unit.ast->getDiagnostics().setClient(new clang::IgnoringDiagConsumer, true);
  return unit;
}

}  // namespace

std::vector<Unit> parse(const clang::tooling::CompilationDatabase& database,
                        const std::string& source, const Overlay& overlay, Bodies bodies) {
  std::vector<Unit> units;
  for (const clang::tooling::CompileCommand& command : database.getCompileCommands(source)) {
    units.push_back(parseOne(command, source, overlay, bodies));
  }
  if (units.empty()) {
    Unit& unit = units.emplace_back();
    unit.source = source;
    unit.errors.push_back(source + ": the compile database has no command for it");
    unit.errorFiles.push_back(source);
  }
  return units;
}

std::string readFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

namespace {

std::string resolve(const std::string& path) {
  llvm::SmallString<256> real;
  if (llvm::sys::fs::real_path(path, real)) return path;
  return real.str().str();
}

}  // namespace

// Of ten thousand sources most have their folder in common, and each part of a path is a system
// call.
std::string realPath(const std::string& path) {
  static std::unordered_map<std::string, std::string> folders;
  const size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  const bool isAbsolute = path.starts_with('/');  // others mean another file in another folder
  if (!isAbsolute || name.empty() || name == "." || name == "..") return resolve(path);
  const auto [folder, isNew] = folders.try_emplace(path.substr(0, slash + 1));
  if (isNew) folder->second = resolve(folder->first);
  const std::string there = folder->second + (folder->second.ends_with('/') ? "" : "/") + name;
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(there, status, false)) return path;
  return status.type() == llvm::sys::fs::file_type::symlink_file ? resolve(path) : there;
}

std::string realFile(const clang::SourceManager& sources, clang::SourceLocation location) {
  location = sources.getFileLoc(location);
  clang::OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getFileID(location));
  return file ? realPath(*file) : "";
}

std::string realPath(const clang::FileEntryRef& file) {
  llvm::StringRef real = file.getFileEntry().tryGetRealPathName();
  return realPath(real.empty() ? file.getName().str() : real.str());
}

std::multimap<std::string, std::string> filesOf(const Unit& unit) {
  std::multimap<std::string, std::string> files;
  clang::SourceManager& sources = unit.ast->getSourceManager();
  for (auto it = sources.fileinfo_begin(); it != sources.fileinfo_end(); ++it) {
    clang::FileID id = sources.translateFile(it->first);
    if (id.isInvalid() || sources.isInSystemHeader(sources.getLocForStartOfFile(id))) continue;
    llvm::SmallString<256> name(it->first.getName());
    llvm::sys::fs::make_absolute(unit.directory, name);
    files.emplace(realPath(it->first), name.str().str());
  }
  return files;
}

std::optional<TextRange> fileRange(const clang::ASTUnit& unit, const clang::SourceRange& range) {
  const clang::SourceManager& sources = unit.getSourceManager();
  bool allMacro =
      range.getBegin().isMacroID() && range.getEnd().isMacroID() &&
      sources.getExpansionLoc(range.getBegin()) == sources.getExpansionLoc(range.getEnd());
  if (allMacro) return std::nullopt;
  clang::CharSourceRange file = clang::Lexer::makeFileCharRange(
      clang::CharSourceRange::getTokenRange(range), sources, unit.getLangOpts());
  if (file.isInvalid()) return std::nullopt;
  size_t begin = sources.getFileOffset(file.getBegin());
  size_t end = sources.getFileOffset(file.getEnd());
  if (end < begin) return std::nullopt;
  return TextRange{begin, end - begin};
}

std::string shortText(const clang::ASTUnit& unit, const clang::Stmt& stmt) {
  constexpr size_t kMaxLength = 60;
  const clang::SourceManager& sources = unit.getSourceManager();
  clang::CharSourceRange range = sources.getExpansionRange(stmt.getSourceRange());
  std::string raw = clang::Lexer::getSourceText(range, sources, unit.getLangOpts()).str();
  std::string out;
  for (char c : raw) {
    bool space = std::isspace(static_cast<unsigned char>(c));
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  while (!out.empty() && (out.back() == ';' || out.back() == ' ')) out.pop_back();
  if (out.size() > kMaxLength) out = out.substr(0, kMaxLength - 3) + "...";
  return out;
}

unsigned lineOf(const clang::ASTUnit& unit, const clang::Stmt& stmt) {
  return unit.getSourceManager().getExpansionLineNumber(stmt.getBeginLoc());
}

}  // namespace standstill::rewriter
