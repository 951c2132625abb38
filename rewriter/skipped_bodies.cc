#include "rewriter/skipped_bodies.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/FrontendPluginRegistry.h>

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

llvm::StringRef withoutComments(llvm::StringRef text) {
  while (true) {
    text = text.ltrim();
    if (text.starts_with("//")) {
      text = text.drop_front(std::min(text.find('\n'), text.size()));
    } else if (text.starts_with("/*")) {
      text = text.drop_front(2);
      text = text.drop_front(std::min(text.find("*/"), text.size() - 2) + 2);
    } else {
      return text;
    }
  }
}

// Whether the text behind a declarator is a body that starts with `return`.
bool returnsAtOnce(llvm::StringRef text) {
  size_t brace = text.find('{');
  if (brace == llvm::StringRef::npos) return false;
  text = withoutComments(text.drop_front(brace + 1));
  return text.consume_front("return") && !text.empty() &&
         !clang::isAsciiIdentifierContinue(text[0]);
}

class BodyChooser : public clang::ASTConsumer {
 public:
  explicit BodyChooser(const clang::SourceManager& sources) : sources_(sources) {}

  bool shouldSkipFunctionBody(clang::Decl* decl) override {
    clang::SourceLocation at = decl->getLocation();
    if (!sources_.isInSystemHeader(at)) return false;
    const clang::FunctionDecl* function = decl->getAsFunction();
    if (llvm::isa_and_nonnull<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(function)) {
      return true;
    }
    if (!function) return false;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    // What a static function reaches decides whether two units have the same one.
    if (!method && function->getStorageClass() == clang::SC_Static) return false;
    bool getter = method && function->getNumParams() == 0;
    if (function->isDependentContext() && !getter) return true;
    auto [file, offset] = sources_.getDecomposedExpansionLoc(decl->getEndLoc());
    bool invalid = false;
    llvm::StringRef text = sources_.getBufferData(file, &invalid);
    return invalid || !returnsAtOnce(text.substr(offset));
  }

 private:
  const clang::SourceManager& sources_;
};

// The one way to have a say in a parse that ASTUnit runs.
class ChooseBodies : public clang::PluginASTAction {
 public:
  bool ParseArgs(const clang::CompilerInstance& compiler,
                 const std::vector<std::string>&) override {
    return compiler.getFrontendOpts().SkipFunctionBodies;
  }
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<BodyChooser>(compiler.getSourceManager());
  }
  ActionType getActionType() override { return AddBeforeMainAction; }
};

const clang::FrontendPluginRegistry::Add<ChooseBodies> kRegistered(
    "standstill-skip-bodies", "passes over bodies in headers of the system");

}  // namespace

void skipSystemBodies(clang::CompilerInvocation& invocation) {
  // C headers have few bodies, and the analysis may see through more of them.
  if (!invocation.getLangOpts().CPlusPlus) return;
  invocation.getFrontendOpts().SkipFunctionBodies = true;
}

}  // namespace standstill::rewriter
