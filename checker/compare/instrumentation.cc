#include "checker/compare/instrumentation.h"

#include <fmt/format.h>
#include <llvm/DebugInfo/DWARF/DWARFCompileUnit.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstrAnalysis.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

namespace standstill::checker {
namespace {

using llvm::object::ELFObjectFileBase;
using llvm::object::ObjectFile;
using llvm::object::SectionRef;

constexpr const char* kPrefix = "__tsan_";

// What the C library links into each library that calls it (libc_nonshared.a). Nobody can build it
// in another way, and it touches nothing of the subject's.
bool isOfTheCLibrary(std::string_view function) {
  constexpr std::array<std::string_view, 15> kNames{"atexit",
                                                    "at_quick_exit",
                                                    "pthread_atfork",
                                                    "__pthread_atfork",
                                                    "__stack_chk_fail_local",
                                                    "stat",
                                                    "stat64",
                                                    "fstat",
                                                    "fstat64",
                                                    "lstat",
                                                    "lstat64",
                                                    "fstatat",
                                                    "fstatat64",
                                                    "mknod",
                                                    "mknodat"};
  return std::ranges::find(kNames, function) != kNames.end();
}

// What LLVM needs to read machine code.
class Decoder {
 public:
  explicit Decoder(const llvm::Triple& triple) {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86Disassembler();
    std::string error;
    const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple.str(), error);
    registers_.reset(target->createMCRegInfo(triple.str()));
    assembler_.reset(target->createMCAsmInfo(*registers_, triple.str(), llvm::MCTargetOptions()));
    subtarget_.reset(target->createMCSubtargetInfo(triple.str(), "", ""));
    context_ = std::make_unique<llvm::MCContext>(triple, assembler_.get(), registers_.get(),
                                                 subtarget_.get());
    disassembler_.reset(target->createMCDisassembler(*subtarget_, *context_));
    instructions_.reset(target->createMCInstrInfo());
    analysis_.reset(target->createMCInstrAnalysis(instructions_.get()));
  }

  // Calls visit(instruction, address, size) for each of a function, until it returns false.
  template <class Visit>
  void forEach(llvm::ArrayRef<uint8_t> code, uint64_t address, Visit visit) const {
    while (!code.empty()) {
      llvm::MCInst instruction;
      uint64_t size = 0;
      const auto status =
          disassembler_->getInstruction(instruction, size, code, address, llvm::nulls());
      size = std::clamp<uint64_t>(size, 1, code.size());
      if (status == llvm::MCDisassembler::Success && !visit(instruction, address, size)) return;
      code = code.drop_front(size);
      address += size;
    }
  }

  // Where a call or jump goes, or the address of the word that it goes by; 0 if unknown.
  uint64_t targetOf(const llvm::MCInst& instruction, uint64_t address, uint64_t size) const {
    const llvm::MCInstrDesc& about = instructions_->get(instruction.getOpcode());
    uint64_t target = 0;
    if (!about.isCall() && !about.isBranch()) return 0;
    if (analysis_->evaluateBranch(instruction, address, size, target)) return target;
    return fixedAddressOf(instruction, address, size).value_or(0);
  }

  std::optional<uint64_t> fixedAddressOf(const llvm::MCInst& instruction, uint64_t address,
                                         uint64_t size) const {
    return analysis_->evaluateMemoryOperandAddress(instruction, subtarget_.get(), address, size);
  }

  // Whether it stores by a register that does not point into the function's frame.
  bool storesElsewhere(const llvm::MCInst& instruction) const {
    const llvm::MCInstrDesc& about = instructions_->get(instruction.getOpcode());
    if (!about.mayStore()) return false;
    constexpr unsigned kSegment = 4;  // of the five parts of an address
    for (unsigned i = 0; i + kSegment < instruction.getNumOperands(); ++i) {
      if (about.operands()[i].OperandType != llvm::MCOI::OPERAND_MEMORY) continue;
      if (instruction.getOperand(i + kSegment).getReg() != 0) return false;  // thread-local
      const llvm::StringRef base = registers_->getName(instruction.getOperand(i).getReg());
      return !base.empty() && base != "RSP" && base != "RBP" && base != "RIP";
    }
    return false;
  }

 private:
  std::unique_ptr<llvm::MCRegisterInfo> registers_;
  std::unique_ptr<llvm::MCAsmInfo> assembler_;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget_;
  std::unique_ptr<llvm::MCContext> context_;
  std::unique_ptr<llvm::MCDisassembler> disassembler_;
  std::unique_ptr<llvm::MCInstrInfo> instructions_;
  std::unique_ptr<llvm::MCInstrAnalysis> analysis_;
};

template <class T>
T valueOr(llvm::Expected<T> expected, T otherwise) {
  if (expected) return std::move(*expected);
  llvm::consumeError(expected.takeError());
  return otherwise;
}

class Reader {
 public:
  explicit Reader(const ELFObjectFileBase& file)
      : file_(file), decoder_(file.makeTriple()), debug_(llvm::DWARFContext::create(file)) {
    findInstrumentation();
    findVariables();
  }

  std::vector<std::string> run() {
    for (const auto& symbol : file_.symbols()) note(symbol);
    if (file_.symbols().empty()) {
      for (const auto& symbol : file_.getDynamicSymbolIterators()) note(symbol);
    }
    // Or the calls are made in a way that is not known here.
    if (!anyInstrumented_) return {};
    std::set<std::string> parts = functions_;
    for (const auto& [unit, what] : units_) {
      if (what.touches && !what.isInstrumented) parts.insert(unit);
    }
    return {parts.begin(), parts.end()};
  }

 private:
  struct Unit {
    bool isInstrumented = false;
    bool touches = false;
  };

  // The stubs and the words by which it is called.
  void findInstrumentation() {
    for (const auto& stub : file_.getPltEntries()) {
      if (!stub.Symbol) continue;
      const llvm::object::ELFSymbolRef symbol({*stub.Symbol, &file_});
      if (valueOr(symbol.getName(), llvm::StringRef()).starts_with(kPrefix))
        instrumentation_.insert(stub.Address);
    }
    for (const SectionRef& section : file_.dynamic_relocation_sections()) {
      for (const auto& relocation : section.relocations()) {
        const auto symbol = relocation.getSymbol();
        if (symbol != file_.symbol_end() &&
            valueOr(symbol->getName(), llvm::StringRef()).starts_with(kPrefix))
          instrumentation_.insert(relocation.getOffset());
      }
    }
  }

  // Where the library's variables are; not the counters that the compiler keeps for itself.
  void findVariables() {
    for (const llvm::object::ELFSectionRef section : file_.sections()) {
      const bool isWritable = (section.getFlags() & llvm::ELF::SHF_WRITE) != 0 &&
                              (section.getFlags() & llvm::ELF::SHF_TLS) == 0;
      const auto name = valueOr(section.getName(), llvm::StringRef());
      if (isWritable && (name.starts_with(".data") || name.starts_with(".bss")) &&
          !name.starts_with(".data.rel.ro"))
        variables_[section.getAddress()] = section.getAddress() + section.getSize();
    }
  }

  bool isVariable(uint64_t address) const {
    const auto after = variables_.upper_bound(address);
    return after != variables_.begin() && address < std::prev(after)->second;
  }

  void note(const llvm::object::ELFSymbolRef& symbol) {
    const uint64_t size = symbol.getSize();
    if (symbol.getELFType() != llvm::ELF::STT_FUNC || size == 0) return;
    const auto section = valueOr(symbol.getSection(), file_.section_end());
    if (section == file_.section_end()) return;
    const uint64_t address = valueOr<uint64_t>(symbol.getAddress(), 0);
    const llvm::StringRef bytes = valueOr(section->getContents(), llvm::StringRef());
    const uint64_t start = address - section->getAddress();
    if (start > bytes.size()) return;
    const Unit found = read(llvm::arrayRefFromStringRef(bytes.substr(start, size)), address);
    if (!found.isInstrumented && !found.touches) return;
    anyInstrumented_ |= found.isInstrumented;
    llvm::DWARFCompileUnit* source = debug_->getCompileUnitForCodeAddress(address);
    if (source != nullptr) {
      Unit& unit = units_[nameOf(*source)];
      unit.isInstrumented |= found.isInstrumented;
      unit.touches |= found.touches;
    } else if (!found.isInstrumented) {
      const auto name = valueOr(symbol.getName(), llvm::StringRef());
      if (!isOfTheCLibrary(name)) functions_.insert(llvm::demangle(name));
    }
  }

  Unit read(llvm::ArrayRef<uint8_t> code, uint64_t start) const {
    Unit found;
    decoder_.forEach(code, start, [&](const llvm::MCInst& one, uint64_t address, uint64_t size) {
      found.isInstrumented = instrumentation_.contains(decoder_.targetOf(one, address, size));
      if (found.touches) return !found.isInstrumented;
      const auto fixed = decoder_.fixedAddressOf(one, address, size);
      found.touches = decoder_.storesElsewhere(one) || (fixed && isVariable(*fixed));
      return !found.isInstrumented;
    });
    return found;
  }

  static std::string nameOf(llvm::DWARFCompileUnit& unit) {
    const char* name = unit.getUnitDIE().getShortName();
    return name == nullptr ? "a file without a name"
                           : std::filesystem::path(name).lexically_normal().string();
  }

  const ELFObjectFileBase& file_;
  Decoder decoder_;
  std::unique_ptr<llvm::DWARFContext> debug_;
  std::set<uint64_t> instrumentation_;
  std::map<uint64_t, uint64_t> variables_;  // begin -> end
  std::map<std::string, Unit> units_;
  std::set<std::string> functions_;
  bool anyInstrumented_ = false;
};

}  // namespace

std::vector<std::string> uninstrumentedParts(const std::string& path) {
  auto opened = ObjectFile::createObjectFile(path);
  if (!opened) {
    llvm::consumeError(opened.takeError());
    return {};
  }
  const auto* file = llvm::dyn_cast<ELFObjectFileBase>(opened->getBinary());
  if (file == nullptr || file->makeTriple().getArch() != llvm::Triple::x86_64) return {};
  return Reader(*file).run();
}

std::string describeUninstrumented(const std::vector<std::string>& parts) {
  constexpr size_t kMost = 5;
  if (parts.empty()) return "";
  const size_t shown = std::min(kMost, parts.size());
  const auto more = parts.size() > shown ? fmt::format(" and {} more", parts.size() - shown) : "";
  return fmt::format(
      "not instrumented: {}{}; what it does to memory is no step and takes part in no data race; "
      "build it too as `stw-check cxxflags` says",
      fmt::join(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(shown), ", "), more);
}

}  // namespace standstill::checker
