#include "mutator/compile_check.h"

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Serialization/PCHContainerOperations.h>

#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

std::vector<const char*> wordsFor(const clang::tooling::CompileCommand& command) {
  std::vector<const char*> words;
  for (const std::string& word : command.CommandLine) words.push_back(word.c_str());
  // Which warnings are errors differs by compiler.
  words.insert(words.begin() + 1, {"-w", "-Wno-error", "-fsyntax-only"});
  return words;
}

}  // namespace

CompileCheck::CompileCheck(const clang::tooling::CompileCommand& command, std::string source)
    : source_(std::move(source)) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files = llvm::vfs::createPhysicalFileSystem();
  files->setCurrentWorkingDirectory(command.Directory);
  const auto diagnostics = clang::CompilerInstance::createDiagnostics(
      new clang::DiagnosticOptions, new clang::IgnoringDiagConsumer);
  std::vector<const char*> words = wordsFor(command);
  unit_ = clang::ASTUnit::LoadFromCommandLine(
      words.data(), words.data() + words.size(), std::make_shared<clang::PCHContainerOperations>(),
      diagnostics, STANDSTILL_CLANG_RESOURCE_DIR, /*StorePreamblesInMemory=*/true, "",
      /*OnlyLocalDecls=*/false, clang::CaptureDiagsKind::None, {},
      /*RemappedFilesKeepOriginalName=*/true, /*PrecompilePreambleAfterNParses=*/1,
      clang::TU_Complete, false, false, false, clang::SkipFunctionBodiesScope::None, false, false,
      false, false, std::nullopt, nullptr, files);
}

CompileCheck::~CompileCheck() = default;

bool CompileCheck::compiles(const std::string& text) {
  if (unit_ == nullptr) return false;
  // The unit takes the buffer over.
  const clang::ASTUnit::RemappedFile changed{
      source_, llvm::MemoryBuffer::getMemBufferCopy(text, source_).release()};
  const bool failed = unit_->Reparse(std::make_shared<clang::PCHContainerOperations>(), {changed});
  return !failed && !unit_->getDiagnostics().hasUncompilableErrorOccurred();
}

}  // namespace standstill::mutator
