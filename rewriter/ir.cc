#include "rewriter/ir.h"

#include <clang/AST/GlobalDecl.h>
#include <clang/Basic/CodeGenOptions.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <llvm/Analysis/CGSCCPassManager.h>
#include <llvm/Analysis/LoopAnalysisManager.h>
#include <llvm/IR/AttributeMask.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>

#include "rewriter/canonical_ir.h"
#include "rewriter/functions.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// The function, and the lambdas in it in order.
class Parts : public clang::RecursiveASTVisitor<Parts> {
 public:
  explicit Parts(const clang::FunctionDecl& function) : found{&function} {
    TraverseStmt(function.getBody());
  }
  bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
    found.push_back(lambda->getCallOperator());
    return true;
  }
  std::vector<const clang::FunctionDecl*> found;
};

bool canBeMade(const clang::FunctionDecl& function) {
  return !function.isDependentContext() && !function.isConsteval() &&
         !llvm::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(function);
}

// The code of chosen functions of one unit, and of the accessors they may call.
class Emitter {
 public:
  Emitter(const Unit& unit, llvm::LLVMContext& context) {
    clang::ASTUnit& ast = *unit.ast;
    // The unit itself has none if it was made by a tool.
    const clang::HeaderSearch& headers = ast.getPreprocessor().getHeaderSearchInfo();
    options_.OptimizationLevel = 2;
    options_.RelaxedAliasing = !unit.strictAliasing;
    options_.setInlining(clang::CodeGenOptions::NormalInlining);
    generator_.reset(clang::CreateLLVMCodeGen(
        ast.getDiagnostics(), "code", &ast.getFileManager().getVirtualFileSystem(),
        headers.getHeaderSearchOpts(), ast.getPreprocessor().getPreprocessorOpts(), options_,
        context));
    ast_ = &ast.getASTContext();
    generator_->Initialize(*ast_);
    for (const clang::FunctionDecl* function : outermostFunctions(unit)) {
      if (!accessorBody(*function) || !canBeMade(*function)) continue;
      generator_->HandleTopLevelDecl(
          clang::DeclGroupRef(const_cast<clang::FunctionDecl*>(function)));
      accessors_.push_back(function);
    }
  }

  // Returns its name in the code.
  std::string add(const clang::FunctionDecl& function) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
    if (!method || !method->getParent()->isLambda()) {
      generator_->HandleTopLevelDecl(
          clang::DeclGroupRef(const_cast<clang::FunctionDecl*>(&function)));
    }
    // What nothing uses, as a static function, is only made when it is asked for.
    generator_->GetAddrOfGlobal(clang::GlobalDecl(&function), false);
    return generator_->GetMangledName(clang::GlobalDecl(&function)).str();
  }

  // Null if the code could not be made. Nothing can be added any more.
  std::unique_ptr<llvm::Module> finish() {
    std::vector<std::string> names;
    for (const clang::FunctionDecl* accessor : accessors_) {
      names.push_back(generator_->GetMangledName(clang::GlobalDecl(accessor)).str());
    }
    generator_->HandleTranslationUnit(*ast_);
    std::unique_ptr<llvm::Module> module(generator_->ReleaseModule());
    if (!module) return nullptr;
    for (const std::string& name : names) alwaysInline(*module, name);
    return module;
  }

  static void alwaysInline(llvm::Module& module, const std::string& name) {
    llvm::Function* function = module.getFunction(name);
    if (!function || function->isDeclaration()) return;
    function->removeFnAttr(llvm::Attribute::NoInline);
    function->removeFnAttr(llvm::Attribute::OptimizeNone);
    function->addFnAttr(llvm::Attribute::AlwaysInline);
  }

 private:
  clang::CodeGenOptions options_;
  std::unique_ptr<clang::CodeGenerator> generator_;
  clang::ASTContext* ast_ = nullptr;
  std::vector<const clang::FunctionDecl*> accessors_;
};

void optimise(llvm::Module& module, const std::vector<std::string>& names) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::ModulePassManager inlining;
  inlining.addPass(llvm::AlwaysInlinerPass());
  inlining.run(module, modules);
  llvm::FunctionPassManager simplification = builder.buildFunctionSimplificationPipeline(
      llvm::OptimizationLevel::O2, llvm::ThinOrFullLTOPhase::None);
  for (const std::string& name : names) {
    llvm::Function* function = module.getFunction(name);
    if (function && !function->isDeclaration()) simplification.run(*function, functions);
  }
}

// What a helper's declaration promises of its arguments and of itself. The text that a call stands
// for promises none of it, so nothing may be concluded from it here.
void forgetPromises(llvm::Function& helper) {
  using llvm::Attribute;
  llvm::AttributeMask ofValue;
  for (const Attribute::AttrKind kind :
       {Attribute::NoAlias, Attribute::NonNull, Attribute::NoCapture, Attribute::Returned,
        Attribute::Dereferenceable, Attribute::DereferenceableOrNull, Attribute::Alignment,
        Attribute::ReadNone, Attribute::ReadOnly, Attribute::WriteOnly, Attribute::NoUndef}) {
    ofValue.addAttribute(kind);
  }
  llvm::AttributeMask ofCall;
  for (const Attribute::AttrKind kind :
       {Attribute::Memory, Attribute::WillReturn, Attribute::NoReturn, Attribute::NoFree,
        Attribute::NoSync, Attribute::NoRecurse, Attribute::AllocSize, Attribute::AllocKind,
        Attribute::ReturnsTwice, Attribute::Speculatable}) {
    ofCall.addAttribute(kind);
  }
  const auto forget = [&](auto& from) {
    llvm::AttributeList all = from.getAttributes();
    llvm::LLVMContext& context = helper.getContext();
    all = all.removeFnAttributes(context, ofCall).removeRetAttributes(context, ofValue);
    for (unsigned i = 0; i < helper.arg_size(); ++i)
      all = all.removeParamAttributes(context, i, ofValue);
    from.setAttributes(all);
  };
  forget(helper);
  for (llvm::User* user : helper.users()) {
    auto* call = llvm::dyn_cast<llvm::CallBase>(user);
    if (call != nullptr && call->getCalledFunction() == &helper) forget(*call);
  }
}

// Constants without a name of their own are named for what they hold. The helper's file and the
// caller's may each have made one of the same: which of them is meant cannot be told by a program.
void nameConstants(llvm::Module& module) {
  std::map<std::string, llvm::GlobalVariable*> known;
  for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module.globals())) {
    if (!variable.hasPrivateLinkage() || !variable.hasInitializer()) continue;
    std::string held;
    llvm::raw_string_ostream out(held);
    variable.getInitializer()->print(out);
    auto [same, isNew] = known.try_emplace(held, &variable);
    if (!isNew && variable.hasAtLeastLocalUnnamedAddr() && variable.isConstant() &&
        same->second->hasAtLeastLocalUnnamedAddr() && same->second->isConstant()) {
      variable.replaceAllUsesWith(same->second);
      variable.eraseFromParent();
      continue;
    }
    variable.setName("constant." + std::to_string(std::hash<std::string>{}(held)));
  }
}

// The new names that --rename gives: plain ones, and as parts of mangled ones.
void rename(llvm::Module& module, const Renames& renames) {
  auto sized = [](const std::string& name) { return std::to_string(name.size()) + name; };
  auto last = [](const std::string& name) {
    size_t cut = name.rfind("::");
    return cut == std::string::npos ? name : name.substr(cut + 2);
  };
  for (llvm::GlobalValue& value : module.global_values()) {
    std::string name = value.getName().str();
    for (const auto& [from, to] : renames) {
      size_t at = name.starts_with("_Z") ? name.find(sized(last(from))) : std::string::npos;
      if (name == from) name = to;
      if (at != std::string::npos) name.replace(at, sized(last(from)).size(), sized(last(to)));
    }
    if (name == value.getName()) continue;
    // The helpers' code may know it by its new name already.
    llvm::GlobalValue* there = module.getNamedValue(name);
    if (there)
      value.replaceAllUsesWith(there);
    else
      value.setName(name);
  }
}

// The names that two modules' functions must be compared by; nothing where they cannot be.
struct Named {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

class Comparer {
 public:
  Comparer(const Unit& before, const Unit& after, const Unit& api,
           const std::vector<Factor>& factors, const Renames& renames)
      : before_(before), after_(after), api_(api), factors_(factors), renames_(renames) {}

  std::vector<IrVerdict> run(const std::vector<FunctionPair>& pairs) {
    std::vector<IrVerdict> verdicts(pairs.size(), IrVerdict::kUnavailable);
    Emitter oldCode(before_, oldContext_);
    Emitter newCode(after_, newContext_);
    std::vector<Named> named;
    std::vector<std::string> allOld;
    std::vector<std::string> allNew;
    for (const auto& [before, after] : pairs) {
      named.push_back(addPair(oldCode, *before, newCode, *after));
      allOld.insert(allOld.end(), named.back().before.begin(), named.back().before.end());
      allNew.insert(allNew.end(), named.back().after.begin(), named.back().after.end());
    }
    std::unique_ptr<llvm::Module> old = finishWithHelpers(oldCode, before_, oldContext_);
    std::unique_ptr<llvm::Module> made = finishWithHelpers(newCode, after_, newContext_);
    if (!old || !made) return verdicts;
    for (llvm::Module* module : {old.get(), made.get()}) {
      bool isOld = module == old.get();
      // Before, since what the optimiser takes for equal depends on it; after, since it makes more.
      nameConstants(*module);
      optimise(*module, isOld ? allOld : allNew);
      nameConstants(*module);
    }
    std::vector<std::vector<llvm::Function*>> olds;
    for (const Named& names : named) {
      std::vector<llvm::Function*>& found = olds.emplace_back();
      for (const std::string& name : names.before) found.push_back(old->getFunction(name));
    }
    rename(*old, renames_);
    for (size_t i = 0; i < pairs.size(); ++i) verdicts[i] = compare(olds[i], *made, named[i].after);
    return verdicts;
  }

 private:
  static Named addPair(Emitter& oldCode, const clang::FunctionDecl& before, Emitter& newCode,
                       const clang::FunctionDecl& after) {
    Named names;
    if (!canBeMade(before) || !canBeMade(after)) return names;
    std::vector<const clang::FunctionDecl*> olds = Parts(before).found;
    std::vector<const clang::FunctionDecl*> news = Parts(after).found;
    auto generic = [](const clang::FunctionDecl* part) { return !canBeMade(*part); };
    if (olds.size() != news.size() || std::any_of(olds.begin(), olds.end(), generic) ||
        std::any_of(news.begin(), news.end(), generic)) {
      return names;
    }
    // A lambda's own name is only fixed by the function around it.
    for (const clang::FunctionDecl* part : olds) names.before.push_back(oldCode.add(*part));
    for (const clang::FunctionDecl* part : news) names.after.push_back(newCode.add(*part));
    return names;
  }

  const clang::FunctionDecl* helperIn(const Unit& unit, const Factor& factor) const {
    static const Renames kNone;
    for (const clang::FunctionDecl* function : outermostFunctions(unit)) {
      if (entityKey(*function, kNone) == factor.key) return function;
    }
    if (!factor.isInstantiation) return nullptr;
    for (const clang::FunctionDecl* function : instantiations(unit)) {
      if (entityKey(*function, kNone) == factor.key) return function;
    }
    return nullptr;
  }

  // The code with every helper's body in it, from the unit itself or from the api file.
  std::unique_ptr<llvm::Module> finishWithHelpers(Emitter& code, const Unit& unit,
                                                  llvm::LLVMContext& context) {
    Emitter apiCode(api_, context);
    std::vector<std::string> names;
    for (const Factor& factor : factors_) {
      if (const clang::FunctionDecl* own = helperIn(unit, factor)) {
        names.push_back(code.add(*own));
      } else if (const clang::FunctionDecl* helper = helperIn(api_, factor)) {
        names.push_back(apiCode.add(*helper));
      }
    }
    std::unique_ptr<llvm::Module> made = code.finish();
    std::unique_ptr<llvm::Module> helpers = apiCode.finish();
    if (!made || !helpers || llvm::Linker::linkModules(*made, std::move(helpers))) return nullptr;
    for (const std::string& name : names) {
      Emitter::alwaysInline(*made, name);
      if (llvm::Function* helper = made->getFunction(name)) forgetPromises(*helper);
    }
    return made;
  }

  static IrVerdict compare(const std::vector<llvm::Function*>& olds, llvm::Module& made,
                           const std::vector<std::string>& names) {
    if (olds.empty() || olds.size() != names.size()) return IrVerdict::kUnavailable;
    for (size_t i = 0; i < olds.size(); ++i) {
      llvm::Function* after = made.getFunction(names[i]);
      if (!olds[i] || !after || olds[i]->isDeclaration() || after->isDeclaration()) {
        return IrVerdict::kUnavailable;
      }
      if (canonicalText(*olds[i]) != canonicalText(*after)) return IrVerdict::kDiffers;
    }
    return IrVerdict::kEqual;
  }

  const Unit& before_;
  const Unit& after_;
  const Unit& api_;
  const std::vector<Factor>& factors_;
  const Renames& renames_;
  llvm::LLVMContext oldContext_;
  llvm::LLVMContext newContext_;
};

}  // namespace

std::string_view code(IrVerdict verdict) {
  switch (verdict) {
    case IrVerdict::kEqual:
      return "equal";
    case IrVerdict::kDiffers:
      return "differs";
    case IrVerdict::kUnavailable:
      return "unavailable";
    default:
      return "";
  }
}

std::vector<IrVerdict> compareIr(const Unit& before, const Unit& after, const Unit& api,
                                 const std::vector<Factor>& factors, const Renames& renames,
                                 const std::vector<FunctionPair>& pairs) {
  if (pairs.empty()) return {};
  return Comparer(before, after, api, factors, renames).run(pairs);
}

}  // namespace standstill::rewriter
