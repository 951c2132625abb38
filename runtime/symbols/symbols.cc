#include "runtime/symbols/symbols.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <link.h>

#include <llvm/DebugInfo/Symbolize/Symbolize.h>
#include <llvm/Demangle/Demangle.h>

namespace standstill::rt {

namespace {

// A file loaded into the process, and an address as that file counts it.
struct Place {
  uintptr_t pc = 0;
  std::string file;  // empty: no file has it
  uintptr_t offset = 0;
};

int findPlace(dl_phdr_info* info, size_t /*size*/, void* arg) {
  auto* place = static_cast<Place*>(arg);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto& segment = info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || place->pc - start >= segment.p_memsz) continue;
    // The program itself comes without a name.
    place->file = info->dlpi_name[0] != '\0' ? info->dlpi_name : "/proc/self/exe";
    place->offset = place->pc - info->dlpi_addr;
    return 1;
  }
  return 0;
}

// Whether a mangled name is one of standstill::rt, or of something within a function of it. What
// its assembly defines or calls has the name that it has there.
bool isOfRuntime(std::string_view name) {
  if (name.starts_with("standstill_")) return true;
  if (!name.starts_with("_Z")) return false;
  name.remove_prefix(2);
  name.remove_prefix(std::min(name.find_first_not_of("ZNK"), name.size()));
  return name.starts_with("10standstill2rt");
}

class Symbols {
 public:
  std::span<const SourceFrame> frames(uintptr_t pc) {
    std::scoped_lock lock(mutex_);
    auto [it, isNew] = frames_.try_emplace(pc);
    if (isNew) it->second = lookUp(pc);
    return it->second;
  }

 private:
  static llvm::symbolize::LLVMSymbolizer::Options options() {
    llvm::symbolize::LLVMSymbolizer::Options options;
    options.Demangle = false;  // the mangled name tells whose function it is
    return options;
  }

  const char* keep(std::string s) { return strings_.insert(std::move(s)).first->c_str(); }

  std::vector<SourceFrame> lookUp(uintptr_t pc) {
    Place place{pc, {}, 0};
    dl_iterate_phdr(findPlace, &place);
    if (place.file.empty()) return {unknown()};
    auto found = symbolizer_.symbolizeInlinedCode(
        place.file, {place.offset, llvm::object::SectionedAddress::UndefSection});
    if (!found) {
      llvm::consumeError(found.takeError());
      return {unknown()};
    }
    std::vector<SourceFrame> frames;
    for (uint32_t i = 0; i < found->getNumberOfFrames(); i++) {
      frames.push_back(frame(found->getFrame(i)));
    }
    if (frames.empty()) frames.push_back(unknown());
    return frames;
  }

  SourceFrame frame(const llvm::DILineInfo& info) {
    if (info.FunctionName == llvm::DILineInfo::BadString) return unknown();
    bool hasLine = info.FileName != llvm::DILineInfo::BadString && info.Line != 0;
    return {keep(llvm::demangle(info.FunctionName)),
            hasLine ? keep(std::filesystem::path(info.FileName).lexically_normal()) : "",
            hasLine ? static_cast<int>(info.Line) : 0, isOfRuntime(info.FunctionName)};
  }

  static SourceFrame unknown() { return {"?", "", 0, false}; }

  std::mutex mutex_;
  llvm::symbolize::LLVMSymbolizer symbolizer_{options()};
  std::unordered_map<uintptr_t, std::vector<SourceFrame>> frames_;
  std::unordered_set<std::string> strings_;
};

}  // namespace

std::span<const SourceFrame> sourceFrames(uintptr_t pc) {
  // Never destroyed: what it returns lives as long as the process.
  static auto* symbols = new Symbols;
  return symbols->frames(pc);
}

void useSymbols() { setSymbolizer(sourceFrames); }

}  // namespace standstill::rt
