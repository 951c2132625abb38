#include "checker/engine/elf_file.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "checker/engine/library.h"

namespace standstill::checker {
namespace {

// Parts of a file, none of which reaches beyond its end.
class Parts {
 public:
  explicit Parts(const std::string& path) : file_(path, std::ios::binary) {
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
    if (error) size_ = 0;
  }

  bool has(uint64_t offset, uint64_t length) const {
    return offset <= size_ && length <= size_ - offset;
  }

  // Entries of a table; none where they have another size, which is the loader's to refuse. False
  // if they are not all there.
  template <class T>
  bool read(uint64_t offset, uint64_t count, uint64_t entrySize, std::vector<T>& entries) {
    if (count == 0 || entrySize != sizeof(T)) return true;
    if (!has(offset, count * sizeof(T))) return false;
    entries.resize(count);
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(reinterpret_cast<char*>(entries.data()),
               static_cast<std::streamsize>(count * sizeof(T)));
    return file_.good();
  }

 private:
  std::ifstream file_;
  uint64_t size_ = 0;
};

bool isElf64(const Elf64_Ehdr& header) {
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == ELFCLASS64;
}

bool isWhole(Parts& parts, const Elf64_Ehdr& header) {
  std::vector<Elf64_Phdr> segments;
  std::vector<Elf64_Shdr> sections;
  if (!parts.read(header.e_phoff, header.e_phnum, header.e_phentsize, segments) ||
      !parts.read(header.e_shoff, header.e_shnum, header.e_shentsize, sections))
    return false;
  return std::ranges::all_of(segments,
                             [&](const Elf64_Phdr& one) {
                               return one.p_type == PT_NULL ||
                                      parts.has(one.p_offset, one.p_filesz);
                             }) &&
         std::ranges::all_of(sections, [&](const Elf64_Shdr& one) {
           return one.sh_type == SHT_NULL || one.sh_type == SHT_NOBITS ||
                  parts.has(one.sh_offset, one.sh_size);
         });
}

}  // namespace

void requireWholeElf(const std::string& path) {
  Parts parts(path);
  std::vector<Elf64_Ehdr> header;
  if (!parts.read(0, 1, sizeof(Elf64_Ehdr), header) || !isElf64(header.front())) return;
  if (isWhole(parts, header.front())) return;
  throw UsageError{
      fmt::format("{} is cut short: its headers name parts beyond its end; build it again", path)};
}

}  // namespace standstill::checker
