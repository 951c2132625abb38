#include "checker/engine/profile_counters.h"

#include <elf.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

namespace standstill::checker {
namespace {

template <class T>
T read(const std::string& file, size_t offset) {
  T value{};
  if (offset + sizeof(T) <= file.size()) std::memcpy(&value, file.data() + offset, sizeof(T));
  return value;
}

// A section of an ELF file, where it is in memory. The file was loaded, so it is well-formed.
std::span<const unsigned char> section(const std::string& file, uintptr_t base,
                                       std::string_view name) {
  const auto header = read<Elf64_Ehdr>(file, 0);
  const auto at = [&](size_t i) {
    return read<Elf64_Shdr>(file, header.e_shoff + i * header.e_shentsize);
  };
  const Elf64_Shdr names = at(header.e_shstrndx);
  for (size_t i = 0; i < header.e_shnum; ++i) {
    const Elf64_Shdr one = at(i);
    const size_t start = names.sh_offset + one.sh_name;
    if (start < file.size() && name == file.c_str() + start)
      return {reinterpret_cast<const unsigned char*>(base + one.sh_addr), one.sh_size};
  }
  return {};
}

uint64_t* sharedNumbers(size_t count) {
  void* memory = mmap(nullptr, count * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  return static_cast<uint64_t*>(memory);
}

}  // namespace

std::unique_ptr<ProfileCounters> ProfileCounters::find(const std::string& path, uintptr_t base) {
  std::ifstream stream(path, std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(stream), {}};
  const auto counters = section(file, base, "__llvm_prf_cnts");
  if (counters.empty()) return nullptr;
  std::unique_ptr<ProfileCounters> found(new ProfileCounters);
  found->counters_ = {reinterpret_cast<const uint64_t*>(counters.data()),
                      counters.size() / sizeof(uint64_t)};
  found->records_ = section(file, base, "__llvm_prf_data");
  found->names_ = section(file, base, "__llvm_prf_names");
  found->sums_ = sharedNumbers(found->counters_.size());
  return found;
}

ProfileCounters::~ProfileCounters() { munmap(sums_, counters_.size() * sizeof(uint64_t)); }

void ProfileCounters::take() {
  for (size_t i = 0; i < counters_.size(); ++i) {
    if (counters_[i] != 0)
      std::atomic_ref(sums_[i]).fetch_add(counters_[i], std::memory_order_relaxed);
  }
}

}  // namespace standstill::checker
