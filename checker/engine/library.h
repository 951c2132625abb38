// A loaded subject: a shared library with scenarios, and the state it is put back to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checker/engine/arena.h"
#include "checker/engine/profile_counters.h"
#include "checker/engine/program.h"

namespace standstill::checker {

struct Scenario {
  std::string name;
  void (*body)();
};

// What surrounds the operations of a program; in the subject.
struct ProgramHooks {
  void (*setup)() = nullptr;
  void (*run)() = nullptr;  // the runner: its own, or threads
  void (*final)() = nullptr;
  int (*currentWorker)() = nullptr;
};

// Something the user gave cannot be used; the text says what to do. Tools exit with 2 on it.
struct UsageError {
  std::string message;
};

struct KeyState {
  void (*destroy)(void*) = nullptr;  // of a thread's value when it exits, or null
  bool deleted = false;
};

// What constructors of a library made outside its memory: each execution starts with it.
struct LoadedState {
  bool instrumented = false;     // -fsanitize=thread was among its flags
  std::vector<void*> locals;     // thread-local objects of the main thread, as emulated TLS counts
  std::vector<KeyState> keys;    // one for each pthread key
  std::vector<void*> keyValues;  // of the main thread
  std::vector<std::pair<uintptr_t, size_t>> exempt;  // memory whose races are exempt
};

class Library {
 public:
  // Loads the library and runs its constructors, with their allocations in the arena; remembers
  // the state that results. One library stays loaded for the life of the process: loading the
  // same file twice gives the same object. Throws UsageError if the file cannot be loaded, or
  // registers neither scenario nor operation, or two of one name.
  static std::shared_ptr<Library> load(const std::string& path, Arena& arena);

  const std::string& path() const { return path_; }
  const std::vector<Scenario>& scenarios() const { return scenarios_; }
  // The scenario of that name, or null; kProgram where there are operations.
  const Scenario* find(const std::string& name) const;

  // As which a program runs: the one that Engine::setProgram was given last.
  static constexpr const char* kProgram = "program";
  const Operations& operations() const { return operations_; }
  const ProgramHooks& hooks() const { return hooks_; }

  // Puts back every writable byte of the library and the arena, and the environment, as after
  // loading.
  void restore(Arena& arena) const;

  // What its constructors made besides memory.
  const LoadedState& loadedState() const { return loadedState_; }

  // What its code has reached, null if it was not built to count that.
  const ProfileCounters* profileCounters() const { return counters_.get(); }
  // Adds what the execution that has just ended reached.
  void takeCounters() const {
    if (counters_ != nullptr) counters_->take();
  }

  bool contains(uintptr_t address) const { return address - begin_ < end_ - begin_; }
  // Offset of an address within the file's own numbering, as symbolizers want it.
  uint64_t offsetOf(uintptr_t address) const { return address - loadBase_; }

 private:
  // A stretch of .data and .bss; what relocation made read-only is left out.
  struct Segment {
    unsigned char* start;
    std::vector<unsigned char> contents;
  };

  Library() = default;
  void open(Arena& arena);
  void checkScenarios() const;
  void checkOperations() const;
  void findSegments();

  std::string path_;
  std::vector<Scenario> scenarios_;
  Operations operations_;
  ProgramHooks hooks_;
  Scenario program_;
  std::vector<Segment> segments_;
  LoadedState loadedState_;
  std::vector<char*> environment_;  // as environ, with the null at its end
  std::unique_ptr<ProfileCounters> counters_;
  Arena::Snapshot heap_;
  uintptr_t loadBase_ = 0;
  uintptr_t begin_ = 0;  // addresses of all its segments, from the lowest to the highest
  uintptr_t end_ = 0;
};

}  // namespace standstill::checker
