#include "examples/runtime/upheaval.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace examples {

namespace rt = standstill::rt;

namespace {

constexpr uint32_t kActions = 8;
constexpr int kMaxProcs = 4;

void fail(const char* what) {
  std::fprintf(stderr, "upheaval: %s\n", what);
  std::abort();
}

// Calls fn(), which does not use the runtime and may take long.
template <typename F>
void outside(F fn) {
  rt::entersyscall();
  fn();
  rt::exitsyscall();
}

}  // namespace

Upheaval::Upheaval(uint32_t seed, Readers readers)
    : readers_(std::move(readers)), procs_(rt::GOMAXPROCS(0)) {
  ended_.add(1);
  rt::go(
      [this, seed] {
        std::minstd_rand random(seed);
        while (!stop_) {
          step(static_cast<uint32_t>(random()) % kActions, static_cast<uint32_t>(random()));
          rt::Gosched();
        }
        ended_.done();
      },
      "upheaval");
}

Upheaval::~Upheaval() {
  stop_ = true;
  ended_.wait();
  rt::GOMAXPROCS(procs_);
}

void Upheaval::step(uint32_t action, uint32_t random) {
  switch (action) {
    case 0: {
      auto stats = std::make_unique<rt::MemStats>();
      rt::ReadMemStats(stats.get());
      if (stats->HeapObjects != stats->Mallocs - stats->Frees) fail("statistics do not add up");
      break;
    }
    case 1: {
      std::vector<rt::StackRecord> records(1000);
      bool ok = false;
      int n = rt::GoroutineProfile(records.data(), static_cast<int>(records.size()), &ok);
      if (ok && (n < 1 || records[0].pc[0] == 0)) fail("an empty profile");
      counts_.profiles++;
      break;
    }
    case 2: {
      std::vector<char> text(1 << 16);
      std::string_view stacks(text.data(), rt::Stack(text.data(), text.size(), true));
      if (!stacks.starts_with("goroutine ")) fail("stacks without a goroutine");
      break;
    }
    case 3:
      rt::GOMAXPROCS(1 + static_cast<int>(random % kMaxProcs));
      break;
    case 4:
      rt::GC();
      counts_.gcs++;
      counts_.stops++;  // a collection stops the world twice
      break;
    case 5:
      trace();
      break;
    case 6: {
      std::vector<rt::MemProfileRecord> records(1000);
      bool ok = false;
      int n = rt::MemProfile(records.data(), static_cast<int>(records.size()), true, &ok);
      for (int i = 0; ok && i < n; i++) {
        if (records[static_cast<size_t>(i)].InUseBytes() < 0) fail("more was freed than allocated");
      }
      counts_.profiles++;
      return;  // that did not stop the world
    }
    default:
      dump();
  }
  counts_.stops++;
}

// Traces what happens for a while. Nothing when somebody else does already.
void Upheaval::trace() {
  if (rt::StartTrace() != nullptr) return;
  std::string file;
  rt::WaitGroup read;
  read.add(1);
  rt::go(
      [&] {
        for (;;) {
          std::string_view piece = rt::ReadTrace();
          if (piece.empty()) break;
          file += piece;
        }
        read.done();
      },
      "trace reader");
  constexpr int64_t kAWhile = 2'000'000;
  rt::Sleep(kAWhile);
  rt::StopTrace();
  read.wait();
  counts_.traces++;
  counts_.stops++;  // begins and ends with one
  if (readers_.trace) outside([&] { readers_.trace(file); });
}

void Upheaval::dump() {
  int fd = memfd_create("heap dump", 0);
  if (fd < 0) fail("memfd_create");
  rt::WriteHeapDump(fd);
  counts_.dumps++;
  outside([&] {
    std::string file(static_cast<size_t>(lseek(fd, 0, SEEK_END)), '\0');
    if (pread(fd, file.data(), file.size(), 0) != static_cast<ssize_t>(file.size())) fail("pread");
    close(fd);
    if (readers_.dump) readers_.dump(file);
  });
}

void runInUpheaval(const char* name, void (*program)()) {
  rt::run({.procs = 2}, [&] {
    constexpr uint32_t kSeed = 20150518;
    Upheaval upheaval(kSeed);
    const Upheaval::Counts& c = upheaval.counts();
    int runs = 0;
    // Until everything has hit it a few times.
    while (runs == 0 || c.gcs < 3 || c.traces < 3 || c.dumps < 3 || c.profiles < 3) {
      program();
      runs++;
    }
    std::printf("%s: right in %d runs, over %ld stops, %ld collections, %ld traces, %ld dumps\n",
                name, runs, c.stops.load(), c.gcs.load(), c.traces.load(), c.dumps.load());
  });
}

}  // namespace examples
