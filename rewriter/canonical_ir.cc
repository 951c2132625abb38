#include "rewriter/canonical_ir.h"

#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace standstill::rewriter {

namespace {

// Attributes that say how a value is passed, as opposed to what is known about it.
llvm::AttributeSet passing(llvm::LLVMContext& context, llvm::AttributeSet all) {
  llvm::AttrBuilder kept(context);
  for (llvm::Attribute attribute : all) {
    bool matters = attribute.isTypeAttribute() || attribute.hasAttribute(llvm::Attribute::ZExt) ||
                   attribute.hasAttribute(llvm::Attribute::SExt) ||
                   attribute.hasAttribute(llvm::Attribute::InReg);
    if (matters) kept.addAttribute(attribute);
  }
  return llvm::AttributeSet::get(context, kept);
}

void takeOffAnnotations(llvm::CallBase& call) {
  llvm::LLVMContext& context = call.getContext();
  llvm::AttributeList all = call.getAttributes();
  std::vector<llvm::AttributeSet> parameters;
  for (unsigned i = 0; i < call.arg_size(); ++i) {
    parameters.push_back(passing(context, all.getParamAttrs(i)));
  }
  call.setAttributes(llvm::AttributeList::get(context, llvm::AttributeSet(),
                                              passing(context, all.getRetAttrs()), parameters));
  if (auto* plain = llvm::dyn_cast<llvm::CallInst>(&call); plain && !plain->isMustTailCall()) {
    plain->setTailCallKind(llvm::CallInst::TCK_None);
  }
}

std::string printed(const llvm::Value& value) {
  std::string text;
  llvm::raw_string_ostream out(text);
  value.print(out);
  return text;
}

// An instruction whose place says nothing: it only computes, from its operands alone.
bool onlyComputes(const llvm::Instruction& instruction) {
  return (llvm::isa<llvm::CastInst, llvm::CmpInst, llvm::GetElementPtrInst, llvm::SelectInst,
                    llvm::UnaryOperator, llvm::FreezeInst>(instruction) ||
          instruction.isBinaryOp()) &&
         !instruction.isIntDivRem();
}

// The instructions of a function in an order that only depends on what they do: blocks as they are
// reached, and what only computes right before its first use.
class InstructionOrder {
 public:
  explicit InstructionOrder(llvm::Function& function) : blocks_(&function) {
    std::vector<llvm::PHINode*> merges;
    for (llvm::BasicBlock* block : blocks_) {
      for (llvm::Instruction& instruction : *block) {
        if (onlyComputes(instruction)) continue;
        auto* merge = llvm::dyn_cast<llvm::PHINode>(&instruction);
        if (merge) merges.push_back(merge);
        if (merge)
          order_.push_back(merge);
        else
          add(instruction);
      }
    }
    for (llvm::PHINode* merge : merges) addOperands(*merge);
  }

  llvm::ReversePostOrderTraversal<llvm::Function*>& blocks() { return blocks_; }
  const std::vector<llvm::Instruction*>& order() const { return order_; }

 private:
  void addOperands(llvm::Instruction& instruction) {
    for (llvm::Value* operand : instruction.operands()) {
      auto* made = llvm::dyn_cast<llvm::Instruction>(operand);
      if (made && onlyComputes(*made) && !seen_.contains(made)) add(*made);
    }
  }
  void add(llvm::Instruction& instruction) {
    seen_.insert(&instruction);
    addOperands(instruction);
    order_.push_back(&instruction);
  }

  llvm::ReversePostOrderTraversal<llvm::Function*> blocks_;
  std::vector<llvm::Instruction*> order_;
  std::set<const llvm::Instruction*> seen_;
};

// Where the values that a merge chooses from come from, in the order of those blocks' names: the
// order in the instruction depends on how the blocks came about.
void sortSources(llvm::PHINode& merge) {
  std::vector<std::pair<llvm::BasicBlock*, llvm::Value*>> sources;
  for (unsigned i = 0; i < merge.getNumIncomingValues(); ++i) {
    sources.emplace_back(merge.getIncomingBlock(i), merge.getIncomingValue(i));
  }
  std::sort(sources.begin(), sources.end(),
            [](const auto& a, const auto& b) { return a.first->getName() < b.first->getName(); });
  for (unsigned i = 0; i < sources.size(); ++i) {
    merge.setIncomingBlock(i, sources[i].first);
    merge.setIncomingValue(i, sources[i].second);
  }
}

}  // namespace

std::string canonicalText(llvm::Function& function) {
  InstructionOrder instructions(function);
  size_t number = 0;
  for (llvm::Argument& argument : function.args()) {
    argument.setName("a" + std::to_string(number++));
  }
  for (llvm::BasicBlock* block : instructions.blocks()) {
    block->setName("b" + std::to_string(number++));
  }
  for (llvm::Instruction* instruction : instructions.order()) {
    instruction->dropUnknownNonDebugMetadata();
    if (auto* merge = llvm::dyn_cast<llvm::PHINode>(instruction)) sortSources(*merge);
    if (auto* call = llvm::dyn_cast<llvm::CallBase>(instruction)) takeOffAnnotations(*call);
    if (!instruction->getType()->isVoidTy()) instruction->setName("v" + std::to_string(number++));
  }
  std::string text;
  for (const llvm::Instruction* instruction : instructions.order()) {
    text += printed(*instruction) + "\n";
  }
  return text;
}

}  // namespace standstill::rewriter
