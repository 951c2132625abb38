// The rows of the comparison, on our runtime: one program for each variant. bench/go/main.go does
// the same work under the same names; whoever changes a row here changes it there.
// (bench/compare.cc)
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "runtime/api.h"
#include "runtime/symbols/symbols.h"

namespace {

namespace rt = standstill::rt;

constexpr int kProcs = 2;

// Calls body as goroutine 1.
template <typename F>
void inRun(F body, int procs = kProcs) {
  rt::run({.procs = procs}, body);
}

// About a microsecond of arithmetic that cannot be shortened.
[[gnu::noinline]] uint64_t microsecond(uint64_t x) {
  for (int i = 0; i < 600; i++) x = x * 6364136223846793005u + 1442695040888963407u;
  return x;
}

// Goroutines that compute, and reach a safepoint every microsecond or so, until this ends.
class Busy {
 public:
  explicit Busy(int64_t n) {
    started_.add(static_cast<int>(n));
    ended_.add(static_cast<int>(n));
    for (int64_t i = 0; i < n; i++) {
      rt::go(
          [this] {
            uint64_t x = 1;
            started_.done();
            while (!stop_.load(std::memory_order_relaxed)) {
              x = microsecond(x);
              rt::safepoint();
            }
            benchmark::DoNotOptimize(x);
            ended_.done();
          },
          "busy");
    }
    started_.wait();
  }
  ~Busy() {
    stop_ = true;
    ended_.wait();
  }

 private:
  std::atomic<bool> stop_{false};
  rt::WaitGroup started_, ended_;
};

// Goroutines that are parked until this ends.
class Parked {
 public:
  explicit Parked(int n) : n_(n) {
    ended_.add(n_);
    for (int i = 0; i < n_; i++) {
      rt::go(
          [this] {
            ready_.fetch_add(1);
            rt::semacquire(&leave_, false);
            ended_.done();
          },
          "parked");
    }
    while (ready_ < n_) rt::Gosched();
  }
  ~Parked() {
    for (int i = 0; i < n_; i++) rt::semrelease(&leave_);
    ended_.wait();
  }

 private:
  int n_;
  std::atomic<int> ready_{0};
  std::atomic<uint32_t> leave_{0};
  rt::WaitGroup ended_;
};

void readMemStats(benchmark::State& state) {
  inRun([&] {
    Busy busy(state.range(0));
    rt::MemStats stats;
    for (auto _ : state) rt::ReadMemStats(&stats);
  });
}
BENCHMARK(readMemStats)
    ->Name("ReadMemStats, busy goroutines:")
    ->Arg(0)
    ->Arg(1)
    ->Arg(8)
    ->UseRealTime();

void changeProcs(benchmark::State& state) {
  inRun([&] {
    Busy busy(state.range(0));
    int procs = kProcs;
    for (auto _ : state) {
      procs = kProcs + 1 - procs;
      rt::GOMAXPROCS(procs);
    }
  });
}
BENCHMARK(changeProcs)->Name("GOMAXPROCS change, busy goroutines:")->Arg(0)->Arg(8)->UseRealTime();

void stackAll(benchmark::State& state) {
  inRun([&] {
    Parked parked(static_cast<int>(state.range(0)) - 1);
    std::vector<char> text(1 << 20);
    for (auto _ : state) benchmark::DoNotOptimize(rt::Stack(text.data(), text.size(), true));
  });
}
BENCHMARK(stackAll)->Name("Stack(all), goroutines:")->Arg(100)->UseRealTime();

void goroutineProfile(benchmark::State& state) {
  inRun([&] {
    int n = static_cast<int>(state.range(0));
    Parked parked(n - 1);
    std::vector<rt::StackRecord> records(static_cast<size_t>(n) + 10);
    bool ok = false;
    for (auto _ : state) rt::GoroutineProfile(records.data(), n + 10, &ok);
    if (!ok) state.SkipWithError("GoroutineProfile wanted more room");
  });
}
BENCHMARK(goroutineProfile)->Name("GoroutineProfile, goroutines:")->Arg(1000)->UseRealTime();

void emptyGC(benchmark::State& state) {
  inRun([&] {
    for (auto _ : state) rt::GC();
  });
}
BENCHMARK(emptyGC)->Name("GC(), nothing allocated")->UseRealTime();

// What a Gosched takes while another goroutine calls it too.
void gosched(benchmark::State& state, int procs) {
  const auto yieldBesideAnother = [&] {
    std::atomic<bool> stop{false};
    rt::WaitGroup ended;
    ended.add(1);
    rt::go(
        [&] {
          while (!stop.load(std::memory_order_relaxed)) rt::Gosched();
          ended.done();
        },
        "yielding");
    for (auto _ : state) rt::Gosched();
    stop = true;
    ended.wait();
  };
  inRun(yieldBesideAnother, procs);
}
// With a P each, neither is in the other's way; with one, each has to make room for the other.
void goschedTwoProcs(benchmark::State& state) { gosched(state, kProcs); }
void goschedOneProc(benchmark::State& state) { gosched(state, 1); }
BENCHMARK(goschedTwoProcs)->Name("Gosched, two goroutines")->UseRealTime();
BENCHMARK(goschedOneProc)->Name("Gosched, two goroutines, GOMAXPROCS=1")->UseRealTime();

void spawnAndJoin(benchmark::State& state) {
  inRun([&] {
    rt::Chan<int> ended(0);
    for (auto _ : state) {
      rt::go([&] { ended.send(1); }, "spawned");
      ended.recv();
    }
  });
}
BENCHMARK(spawnAndJoin)->Name("spawn and join")->UseRealTime();

// The memory of this process, in bytes.
double residentBytes() {
  long total = 0;
  long resident = 0;
  FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr || std::fscanf(f, "%ld %ld", &total, &resident) != 2) std::abort();
  std::fclose(f);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void parkedMemory(benchmark::State& state) {
  for (auto _ : state) {
    inRun([&] {
      Parked parked(static_cast<int>(state.range(0)));
      state.counters["bytes"] = residentBytes();
    });
  }
}
BENCHMARK(parkedMemory)->Name("memory, parked goroutines:")->Arg(100'000)->Iterations(1);

void createAndFinish(int64_t n) {
  constexpr int kTogether = 100;
  for (int64_t i = 0; i < n; i += kTogether) {
    rt::WaitGroup ended;
    ended.add(kTogether);
    for (int j = 0; j < kTogether; j++) rt::go([&] { ended.done(); }, "finishes");
    ended.wait();
  }
}

// By how much the memory grows, when some have come and gone already.
void finishedMemory(benchmark::State& state) {
  for (auto _ : state) {
    inRun([&] {
      createAndFinish(10'000);
      double before = residentBytes();
      createAndFinish(state.range(0));
      state.counters["bytes"] = residentBytes() - before;
    });
  }
}
BENCHMARK(finishedMemory)
    ->Name("memory growth, goroutines created and finished:")
    ->Arg(1'000'000)
    ->Iterations(1);

}  // namespace

int main(int argc, char** argv) {
  // Go's Stack names functions and lines, so ours has to.
  rt::useSymbols();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
