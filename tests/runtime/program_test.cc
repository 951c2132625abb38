// Generated programs of runtime operations.
#include "tests/runtime/testing.h"

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "runtime/malloc.h"

namespace standstill::rt {
namespace {

enum class Op {
  kYield,
  kSafepoint,
  kLocked,  // take the mutex, yield, count, release
  kSyscall,
  kSyscallBlock,
  kProcs,  // GOMAXPROCS(arg)
  kMemStats,
  kStack,
  kCollect,
  kAlloc,
  kSpawn,  // start a goroutine and wait for it
  kEnd,    // not an operation
};

struct Step {
  Op op;
  int arg;
};

struct Program {
  int procs;
  std::vector<std::vector<Step>> goroutines;
};

void showValue(const Step& s, std::ostream& os) {
  static const char* const names[] = {"yield",    "safepoint", "locked", "syscall",
                                      "sysblock", "procs",     "stats",  "stack",
                                      "collect",  "alloc",     "spawn"};
  os << names[static_cast<int>(s.op)] << "(" << s.arg << ")";
}

void showValue(const Program& p, std::ostream& os) {
  os << "procs " << p.procs << ":\n";
  for (auto& g : p.goroutines) {
    os << "  ";
    for (auto& s : g) {
      showValue(s, os);
      os << " ";
    }
    os << "\n";
  }
}

// Runs a program and keeps the ledger that its invariants are about.
class Runner {
 public:
  explicit Runner(const Program& program) : program_(program) {}

  // One line for each broken invariant, and what goroutine 1 saw in log().
  std::vector<std::string> errors() {
    inRun(program_.procs, [this] { main(); });
    if (locked_ != expected_) errors_.emplace_back("mutual exclusion was broken");
    return errors_;
  }
  const std::string& log() const { return log_; }

 private:
  void main() {
    for (size_t i = 0; i < program_.goroutines.size(); i++) {
      go([this, i] { goroutine(program_.goroutines[i], static_cast<char>('a' + i)); }, "worker");
    }
    acquireAll(&done_, static_cast<int>(program_.goroutines.size()));
    require(worldsemaValue() == 1, "worldsema was not released");
    require(!gcwaiting() && sched.stopwait == 0, "the world was not started");
    require(mu_ == 1, "the mutex was not released");
    while (NumGoroutine() > 1) Gosched();
  }

  void goroutine(const std::vector<Step>& steps, char name) {
    for (const Step& s : steps) {
      step(s, name);
      require(currentPreemptoff()[0] == '\0', "preemptoff was left set");
      require(currentLocks() == 0, "a lock was left held");
      require(getg()->status == Grunning, "running in another state");
    }
    semrelease(&done_);
  }

  void step(const Step& s, char name) {
    log(name);
    switch (s.op) {
      case Op::kYield:
        return Gosched();
      case Op::kSafepoint:
        return safepoint();
      case Op::kLocked:
        return locked();
      case Op::kSyscall:
        entersyscall();
        return exitsyscall();
      case Op::kSyscallBlock:
        entersyscallblock();
        return exitsyscall();
      case Op::kProcs: {
        int old = GOMAXPROCS(s.arg);
        return require(old >= 1 && old <= 4, "GOMAXPROCS returned nonsense");
      }
      case Op::kMemStats:
        return memstats();
      case Op::kStack:
        return stack();
      case Op::kCollect:
        return GC();
      case Op::kAlloc:
        mallocgc(static_cast<size_t>(s.arg) * 1000);
        return;
      case Op::kSpawn: {
        Sema done{0};
        go([&] { semrelease(&done); }, "child");
        return semacquire(&done, false);
      }
      case Op::kEnd:
        return;
    }
  }

  void locked() {
    semacquire(&mu_, false);
    int seen = locked_;
    Gosched();
    locked_ = seen + 1;
    semrelease(&mu_);
    expected_++;
  }

  void memstats() {
    MemStats ms;
    ReadMemStats(&ms);
    require(ms.HeapAlloc == ms.Alloc && ms.HeapObjects == ms.Mallocs - ms.Frees &&
                ms.HeapSys == ms.HeapInuse + ms.HeapIdle && ms.HeapAlloc <= ms.HeapInuse,
            "identities of MemStats");
  }

  void stack() {
    char buf[4096];
    std::string text(buf, Stack(buf, sizeof(buf), true));
    std::string header = "goroutine " + std::to_string(getg()->goid) + " [running]:\nworker()\n";
    require(text.compare(0, header.size(), header) == 0, "the caller does not come first");
    require(text.find("running", header.size()) == std::string::npos,
            "another goroutine ran during a stop");
  }

  // Both are called by any goroutine at any time.
  void require(bool ok, const char* what) {
    if (ok) return;
    lock(&ledger_);
    errors_.emplace_back(what);
    unlock(&ledger_);
  }
  void log(char c) {
    lock(&ledger_);
    log_ += c;
    unlock(&ledger_);
  }

  const Program& program_;
  Sema mu_{1}, done_{0};
  int locked_ = 0;  // protected by mu_
  std::atomic<int> expected_{0};
  Mutex ledger_;
  std::vector<std::string> errors_;
  std::string log_;
};

}  // namespace
}  // namespace standstill::rt

namespace rc {

using namespace standstill::rt;

template <>
struct Arbitrary<Step> {
  static Gen<Step> arbitrary() {
    return gen::build<Step>(
        gen::set(&Step::op, gen::map(gen::inRange(0, static_cast<int>(Op::kEnd)),
                                     [](int i) { return static_cast<Op>(i); })),
        gen::set(&Step::arg, gen::inRange(0, 5)));
  }
};

template <>
struct Arbitrary<Program> {
  static Gen<Program> arbitrary() {
    return gen::build<Program>(
        gen::set(&Program::procs, gen::inRange(1, 5)),
        gen::set(&Program::goroutines,
                 gen::resize(12, gen::container<std::vector<std::vector<Step>>>(
                                     gen::arbitrary<std::vector<Step>>()))));
  }
};

}  // namespace rc

namespace standstill::rt {
namespace {

RC_GTEST_PROP(Programs, RunToTheEndAndKeepInvariants, (const Program& program)) {
  RC_ASSERT(Runner(program).errors() == std::vector<std::string>{});
}

// With one P, and no other M that could take it, nothing is left to chance.
RC_GTEST_PROP(Programs, OnOnePAreDeterministic, (Program program)) {
  program.procs = 1;
  for (auto& g : program.goroutines) {
    for (Step& s : g) {
      if (s.op == Op::kProcs) s.arg = 1;
      if (s.op == Op::kSyscallBlock) s.op = Op::kSyscall;
    }
  }
  Runner first(program), second(program);
  RC_ASSERT(first.errors() == std::vector<std::string>{});
  RC_ASSERT(second.errors() == std::vector<std::string>{});
  RC_ASSERT(first.log() == second.log());
}

}  // namespace
}  // namespace standstill::rt
