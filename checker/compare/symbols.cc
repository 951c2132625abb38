#include "checker/compare/symbols.h"

#include <fmt/format.h>
#include <llvm/DebugInfo/Symbolize/Symbolize.h>

#include <filesystem>

namespace standstill::checker {

class Symbols::Symbolizer : public llvm::symbolize::LLVMSymbolizer {};

Symbols::Symbols() : symbolizer_(std::make_unique<Symbolizer>()) {}
Symbols::~Symbols() = default;

namespace {

llvm::object::SectionedAddress at(const Library& library, uintptr_t address) {
  return {library.offsetOf(address), llvm::object::SectionedAddress::UndefSection};
}

// Nothing that a user wrote: what calls it is the line to show.
bool isSystem(const std::string& file) {
  return file.starts_with("/usr/") || file == "<invalid>" ||
         file.ends_with("standstill/scenario.h");
}

}  // namespace

std::string Symbols::Place::text() const {
  return path.empty() ? ""
                      : fmt::format("{}:{}", std::filesystem::path(path).filename().string(), line);
}

Symbols::Place Symbols::placeAt(const Library& library, uintptr_t address) {
  if (!library.contains(address)) return {};
  const auto [known, isNew] = places_.try_emplace(address);
  if (!isNew) return known->second;
  // A return address belongs to the line after the call.
  auto frames = symbolizer_->symbolizeInlinedCode(library.path(), at(library, address - 1));
  if (!frames) {
    llvm::consumeError(frames.takeError());
    return {};
  }
  for (uint32_t i = 0; i < frames->getNumberOfFrames(); ++i) {
    const llvm::DILineInfo& frame = frames->getFrame(i);
    if (!isSystem(frame.FileName))
      return known->second = {frame.FileName, frame.Line, frame.FunctionName};
  }
  return {};
}

Symbols::Place Symbols::placeOf(const Library& library, const Execution& execution, size_t index) {
  Place place = placeAt(library, execution.steps[index].caller);
  if (!place.path.empty() || index >= execution.notes.size()) return place;
  for (const uintptr_t caller : execution.notes[index].callers) {
    place = placeAt(library, caller);
    if (!place.path.empty()) break;
  }
  return place;
}

std::string Symbols::sourceLine(const Library& library, uintptr_t address) {
  return placeAt(library, address).text();
}

std::string Symbols::lineOf(const Library& library, uintptr_t code) {
  return placeAt(library, code).text();
}

std::string Symbols::functionAt(const Library& library, uintptr_t code) {
  if (!library.contains(code)) return "";
  auto frame = symbolizer_->symbolizeCode(library.path(), at(library, code - 1));
  if (!frame) {
    llvm::consumeError(frame.takeError());
    return "";
  }
  return frame->FunctionName == "<invalid>" ? "" : frame->FunctionName;
}

std::string Symbols::variableAt(const Library& library, uintptr_t address) {
  if (!library.contains(address)) return "";
  auto global = symbolizer_->symbolizeData(library.path(), at(library, address));
  if (!global) {
    llvm::consumeError(global.takeError());
    return "";
  }
  if (global->Size == 0) return "";
  const uint64_t offset = library.offsetOf(address) - global->Start;
  std::string name = llvm::symbolize::LLVMSymbolizer::DemangleName(global->Name, nullptr);
  if (const size_t scope = name.rfind("::"); scope != std::string::npos) name.erase(0, scope + 2);
  // The compiler's own marks, as in "count (.0)", tell no reader anything.
  if (const size_t mark = name.find(" (."); mark != std::string::npos) name.erase(mark);
  return offset == 0 ? name : fmt::format("{}+{}", name, offset);
}

std::string Symbols::objectName(const Library& library, const Step& step) {
  if (step.object == kNoObject) return "";
  const std::string variable = variableAt(library, step.address);
  return variable.empty() ? fmt::format("object {}", step.object) : variable;
}

}  // namespace standstill::checker
