#include "checker/mutants/same_code.h"

#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>

#include <map>
#include <optional>
#include <vector>

namespace standstill::checker {

namespace {

using llvm::object::ELFObjectFileBase;

// One relocation, in words that do not depend on the numbering of symbols.
std::string describe(const llvm::object::ELFRelocationRef& relocation) {
  const auto addend = llvm::expectedToOptional(relocation.getAddend()).value_or(0);
  std::string text = std::to_string(relocation.getOffset()) + " " +
                     std::to_string(relocation.getType()) + " " + std::to_string(addend) + " ";
  const auto symbol = relocation.getSymbol();
  const auto name = llvm::expectedToOptional(symbol->getName());
  if (name && !name->empty()) return text + name->str();
  // A section's own symbol has no name but the section's.
  if (const auto section = llvm::expectedToOptional(symbol->getSection()))
    if (const auto of = llvm::expectedToOptional((*section)->getName())) text += of->str();
  return text;
}

// Everything that is loaded, section by section. Those of one name are kept in their order.
using Contents = std::map<std::string, std::vector<std::string>>;

std::optional<Contents> contentsOf(const std::string& path) {
  auto file = llvm::object::ObjectFile::createObjectFile(path);
  if (!file) {
    llvm::consumeError(file.takeError());
    return std::nullopt;
  }
  const auto* object = llvm::dyn_cast<ELFObjectFileBase>(file->getBinary());
  if (object == nullptr) return std::nullopt;
  Contents contents;
  for (const llvm::object::ELFSectionRef section : object->sections()) {
    const auto name = llvm::expectedToOptional(section.getName());
    const auto bytes = llvm::expectedToOptional(section.getContents());
    if (!name || !bytes) return std::nullopt;
    if ((section.getFlags() & llvm::ELF::SHF_ALLOC) != 0)
      contents[name->str()].push_back(bytes->str());
    // The relocations of a section are a section of their own, which is not loaded itself.
    const auto target = llvm::expectedToOptional(section.getRelocatedSection());
    if (!target || *target == object->section_end()) continue;
    const llvm::object::ELFSectionRef relocated(**target);
    if ((relocated.getFlags() & llvm::ELF::SHF_ALLOC) == 0) continue;
    std::string all;
    for (const llvm::object::ELFRelocationRef relocation : section.relocations())
      all += describe(relocation) + "\n";
    contents[name->str()].push_back(all);
  }
  return contents;
}

}  // namespace

bool sameCode(const std::string& object, const std::string& other) {
  const auto one = contentsOf(object);
  return one && one == contentsOf(other);
}

}  // namespace standstill::checker
