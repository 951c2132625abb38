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
#include <utility>

#include "checker/engine/elf_file.h"
#include "checker/engine/engine.h"
#include "standstill/operation.h"

namespace standstill::checker {
namespace {

// What the library being loaded has registered so far.
struct Registered {
  std::vector<Scenario> scenarios;
  Operations operations;
  ProgramHooks hooks;
  void (*runOnThreads)() = nullptr;
  const char* hookTwice = nullptr;
};
Registered* registering = nullptr;

template <class Function>
void setOnce(Function& hook, Function body, const char* macro) {
  if (hook != nullptr) registering->hookTwice = macro;
  hook = body;
}

// As environ, with the null at its end.
std::vector<char*> environmentNow() {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  variables.push_back(nullptr);
  return variables;
}

// In a copy that whoever changes it may change, and that outlives every library.
void setEnvironment(const std::vector<char*>& variables) {
  static auto& inUse = *new std::vector<char*>;
  inUse = variables;
  environ = inUse.data();
}

// The name that stands more than once in a list sorted by name, or null.
template <class Named>
const std::string* nameTwice(const std::vector<Named>& list) {
  const auto twice = std::ranges::adjacent_find(list, {}, &Named::name);
  return twice == list.end() ? nullptr : &twice->name;
}

// What the dynamic linker says, and what to do about it.
std::string whyNotLoaded(const std::string& path, const std::string& error) {
  constexpr std::string_view kUndefined = "undefined symbol: ";
  const size_t at = error.find(kUndefined);
  if (at == std::string::npos) return fmt::format("cannot load {}: {}", path, error);
  const std::string rest = error.substr(at + kUndefined.size());
  const std::string symbol = rest.substr(0, rest.find_first_of(", \n"));
  const auto isOf = [&](std::initializer_list<std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](auto prefix) { return symbol.starts_with(prefix); });
  };
  std::string remedy;
  if (isOf({"__asan_", "__msan_", "__hwasan_", "__ubsan_", "__dfsan_", "__lsan_", "__memprof_"})) {
    remedy =
        "it belongs to another sanitizer: build every part without that one, with the flags "
        "that `stw-check cxxflags` prints";
  } else if (isOf({"__tsan_", "Annotate", "__sanitizer_"})) {
    remedy =
        "it belongs to ThreadSanitizer's interface, but stw-check has no such function; leave "
        "out the code that calls it";
  } else if (isOf({"__emutls_v."})) {
    remedy =
        "it is a thread_local variable that is defined without -femulated-tls, or not at all: "
        "build the part that defines it with the flags that `stw-check cxxflags` prints";
  } else {
    remedy =
        "no part of the library defines it, nor one that it is linked with: add the object "
        "file or the -l option that does to the command that links it";
  }
  return fmt::format("cannot load {}: the symbol {} is not defined; {}", path, symbol, remedy);
}

}  // namespace

void runProgram();  // interpose/programs.cc

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
  if (name == kProgram) return operations_.empty() ? nullptr : &program_;
  const auto found = std::ranges::find(scenarios_, name, &Scenario::name);
  return found == scenarios_.end() ? nullptr : &*found;
}

void Library::open(Arena& arena) {
  requireWholeElf(path_);
  // What an execution of another library has set may lie in the arena.
  static const std::vector<char*> environmentOfProcess = environmentNow();
  setEnvironment(environmentOfProcess);
  arena.clear();
  Engine& engine = Engine::instance();
  engine.beginLoading();
  Registered registered;
  registering = &registered;
  // Not lazily: binding would write to the library later. Constructors switch inSubject on.
  void* handle = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  inSubject = false;
  registering = nullptr;
  if (handle == nullptr) throw UsageError{whyNotLoaded(path_, dlerror())};
  loadedState_ = engine.loadedState();
  if (!loadedState_.instrumented) {
    throw UsageError{
        fmt::format("{} is not instrumented, so there is nothing to explore; build it as "
                    "`stw-check cxxflags` says",
                    path_)};
  }
  scenarios_ = std::move(registered.scenarios);
  operations_ = std::move(registered.operations);
  hooks_ = registered.hooks;
  if (hooks_.run == nullptr) hooks_.run = registered.runOnThreads;
  program_ = {kProgram, runProgram};
  if (registered.hookTwice != nullptr)
    throw UsageError{fmt::format("{} defines {} twice; leave one", path_, registered.hookTwice)};
  std::ranges::sort(scenarios_, {}, &Scenario::name);
  std::ranges::sort(operations_, {}, &Operation::name);
  checkOperations();
  checkScenarios();
  link_map* map = nullptr;
  dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map));
  loadBase_ = map->l_addr;
  findSegments();
  environment_ = environmentNow();
  counters_ = ProfileCounters::find(path_, loadBase_);
  heap_ = arena.snapshot();
}

void Library::checkScenarios() const {
  if (scenarios_.empty() && operations_.empty()) {
    throw UsageError{
        fmt::format("{} holds neither scenarios nor operations; define one with "
                    "STANDSTILL_SCENARIO(name) from <standstill/scenario.h>, or with "
                    "STANDSTILL_OPERATION(name) from <standstill/operation.h>",
                    path_)};
  }
  if (const std::string* name = nameTwice(scenarios_))
    throw UsageError{fmt::format("{} defines the scenario {} twice; rename one", path_, *name)};
  if (std::ranges::find(scenarios_, kProgram, &Scenario::name) != scenarios_.end()) {
    throw UsageError{fmt::format("{} has a scenario named {}, as generated programs are; rename it",
                                 path_, kProgram)};
  }
}

void Library::checkOperations() const {
  if (const std::string* name = nameTwice(operations_))
    throw UsageError{fmt::format("{} defines the operation {} twice; rename one", path_, *name)};
  if (operations_.empty() && (hooks_.setup != nullptr || hooks_.run != nullptr ||
                              hooks_.final != nullptr || hooks_.currentWorker != nullptr)) {
    throw UsageError{fmt::format(
        "{} says what surrounds a program, but has no operations to make one of; define one with "
        "STANDSTILL_OPERATION(name)",
        path_)};
  }
  for (const Operation& operation : operations_) {
    for (const Parameter& parameter : operation.parameters) {
      if (parameter.low <= parameter.high) continue;
      throw UsageError{fmt::format("{}: {} of the operation {} has no values: its range is {}..{}",
                                   path_, parameter.name, operation.name, parameter.low,
                                   parameter.high)};
    }
  }
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
  setEnvironment(environment_);
}

}  // namespace standstill::checker

using namespace standstill::checker;

namespace {

// Constructors of the subject call these; what they note is the checker's.
class Noting {
 public:
  ~Noting() { inSubject = fromSubject_; }
  explicit operator bool() const { return registering != nullptr; }

 private:
  bool fromSubject_ = std::exchange(inSubject, false);
};

}  // namespace

extern "C" void standstill_register_scenario(const char* name, void (*body)()) {
  if (const Noting noting; noting) registering->scenarios.push_back({name, body});
}

extern "C" void standstill_register_operation(const char* name, void (*call)(const long long*),
                                              const standstill_parameter* parameters, size_t count,
                                              void (*run)()) {
  const Noting noting;
  if (!noting) return;
  Operation operation{.name = name, .parameters = {}, .call = call};
  for (const standstill_parameter* one = parameters; one != parameters + count; ++one) {
    operation.parameters.push_back({.name = one->name,
                                    .low = one->low,
                                    .high = one->high,
                                    .choices = one->choices == nullptr
                                                   ? std::vector<std::string>()
                                                   : splitChoices(one->choices)});
  }
  registering->operations.push_back(std::move(operation));
  registering->runOnThreads = run;
}

extern "C" void standstill_register_hook(standstill_hook hook, void (*body)()) {
  const Noting noting;
  if (!noting) return;
  ProgramHooks& hooks = registering->hooks;
  switch (hook) {
    case STANDSTILL_HOOK_SETUP:
      return setOnce(hooks.setup, body, "STANDSTILL_SETUP");
    case STANDSTILL_HOOK_FINAL:
      return setOnce(hooks.final, body, "STANDSTILL_FINAL");
    case STANDSTILL_HOOK_RUNNER:
      return setOnce(hooks.run, body, "STANDSTILL_RUNNER");
  }
}

extern "C" void standstill_register_current_worker_hook(int (*body)()) {
  if (const Noting noting; noting)
    setOnce(registering->hooks.currentWorker, body, "STANDSTILL_CURRENT_WORKER");
}
