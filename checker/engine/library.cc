#include "checker/engine/library.h"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

#include "checker/engine/engine.h"
#include "standstill/scenario.h"

namespace standstill::checker {
namespace {

// The scenarios that the library being loaded has registered so far.
std::vector<Scenario>* registering = nullptr;

}  // namespace

std::shared_ptr<Library> Library::load(const std::string& path, Arena& arena) {
  static std::map<std::string, std::shared_ptr<Library>> loaded;
  std::error_code error;
  const std::string real = std::filesystem::canonical(path, error);
  if (error) throw UsageError{fmt::format("cannot open {}: {}", path, error.message())};
  std::shared_ptr<Library>& library = loaded[real];
  if (library == nullptr) {
    std::shared_ptr<Library> fresh(new Library);
    fresh->path_ = real;
    fresh->open(arena);
    library = std::move(fresh);
  }
  return library;
}

const Scenario* Library::find(const std::string& name) const {
  const auto found = std::ranges::find(scenarios_, name, &Scenario::name);
  return found == scenarios_.end() ? nullptr : &*found;
}

void Library::open(Arena& arena) {
  arena.clear();
  Engine& engine = Engine::instance();
  engine.beginLoading();
  registering = &scenarios_;
  // Not lazily: binding would write to the library later. Constructors switch inSubject on.
  void* handle = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  inSubject = false;
  registering = nullptr;
  if (handle == nullptr) {
    throw UsageError{
        fmt::format("cannot load {}: {}; build it as `stw-check cxxflags` says", path_, dlerror())};
  }
  loadedState_ = engine.loadedState();
  if (!loadedState_.instrumented) {
    throw UsageError{
        fmt::format("{} is not instrumented, so there is nothing to explore; build it as "
                    "`stw-check cxxflags` says",
                    path_)};
  }
  if (scenarios_.empty()) {
    throw UsageError{
        fmt::format("{} holds no scenarios; define one with STANDSTILL_SCENARIO(name) from "
                    "<standstill/scenario.h>",
                    path_)};
  }
  std::ranges::sort(scenarios_, {}, &Scenario::name);
  const auto twice = std::ranges::adjacent_find(scenarios_, {}, &Scenario::name);
  if (twice != scenarios_.end()) {
    throw UsageError{
        fmt::format("{} defines the scenario {} twice; rename one", path_, twice->name)};
  }
  link_map* map = nullptr;
  dlinfo(handle, RTLD_DI_LINKMAP, &map);
  loadBase_ = map->l_addr;
  findSegments();
  for (char** variable = environ;; ++variable) {
    environment_.push_back(*variable);
    if (*variable == nullptr) break;
  }
  counters_ = ProfileCounters::find(path_, loadBase_);
  heap_ = arena.snapshot();
}

void Library::findSegments() {
  // A callback of the C library: returns non-zero to stop.
  const auto visit = [](dl_phdr_info* info, size_t, void* data) {
    auto& self = *static_cast<Library*>(data);
    if (info->dlpi_addr != self.loadBase_) return 0;
    uintptr_t readOnlyEnd = 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = info->dlpi_phdr[i];
      // The loader protects whole pages.
      if (header.p_type == PT_GNU_RELRO)
        readOnlyEnd = (self.loadBase_ + header.p_vaddr + header.p_memsz) & ~uintptr_t{4095};
    }
    self.begin_ = UINTPTR_MAX;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = info->dlpi_phdr[i];
      if (header.p_type != PT_LOAD) continue;
      uintptr_t start = self.loadBase_ + header.p_vaddr;
      const uintptr_t end = start + header.p_memsz;
      self.begin_ = std::min(self.begin_, start);
      self.end_ = std::max(self.end_, end);
      if ((header.p_flags & PF_W) == 0) continue;
      if (readOnlyEnd > start && readOnlyEnd <= end) start = readOnlyEnd;
      auto* bytes = reinterpret_cast<unsigned char*>(start);
      self.segments_.push_back({bytes, {bytes, bytes + (end - start)}});
    }
    return 1;
  };
  dl_iterate_phdr(visit, this);
}

void Library::restore(Arena& arena) const {
  for (const Segment& segment : segments_)
    std::memcpy(segment.start, segment.contents.data(), segment.contents.size());
  arena.restore(heap_);
  // setenv and its like change which texts there are, not the texts.
  environmentInUse_ = environment_;
  environ = environmentInUse_.data();
}

}  // namespace standstill::checker

extern "C" void standstill_register_scenario(const char* name, void (*body)()) {
  using namespace standstill::checker;
  const bool fromSubject = inSubject;
  inSubject = false;
  if (registering != nullptr) registering->push_back({name, body});
  inSubject = fromSubject;
}
