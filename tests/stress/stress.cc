// Everything the runtime can do at once, on real threads, for some seconds: goroutines that spawn,
// talk, wait, sleep and call the system, each checking what it gets, while two Upheavals stop the
// world under them; traces and heap dumps are read back. Ends with 0 and one line of counts, or
// with what is wrong. (scripts/stress.sh runs it again and again)
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <string>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "examples/runtime/upheaval.h"
#include "runtime/heapdump_reader.h"
#include "runtime/os.h"
#include "runtime/symbols/symbols.h"
#include "tests/runtime/trace_rules.h"

namespace rt = standstill::rt;

namespace {

struct Options {
  uint32_t seed = 1;
  double seconds = 2;
  std::string traceOut;  // where to leave the largest trace; "" nowhere
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "stress: %s\n", what.c_str());
  std::abort();
}

// What the goroutines of one run share.
struct Round {
  std::atomic<bool> over{false};
  rt::WaitGroup working;
  std::atomic<int64_t> spawned{0}, messages{0}, acquires{0}, syscalls{0}, sleeps{0}, locked{0},
      nodes{0};
};

using Random = std::minstd_rand;

// A goroutine starts two, they start two each, and so on; all of them count.
void spawnTree(Round* round, int depth, std::atomic<int>* count) {
  (*count)++;
  if (depth == 0) return;
  rt::WaitGroup children;
  children.add(2);
  for (int i = 0; i < 2; i++) {
    rt::go(
        [&, depth] {
          spawnTree(round, depth - 1, count);
          children.done();
        },
        "spawned");
  }
  children.wait();
  round->spawned += 2;
}

void spawning(Round* round, Random* random) {
  int depth = 1 + static_cast<int>((*random)() % 5);
  std::atomic<int> count{0};
  spawnTree(round, depth, &count);
  if (count != (2 << depth) - 1) fail("goroutines were lost, or ran twice");
}

// Several senders, several receivers: what goes in comes out, once.
void channels(Round* round, Random* random) {
  constexpr uint64_t kEach = 200;
  rt::Chan<uint64_t> c((*random)() % 3);
  std::atomic<uint64_t> sum{0};
  rt::WaitGroup senders, receivers;
  senders.add(3);
  receivers.add(2);
  for (uint64_t s = 0; s < 3; s++) {
    rt::go(
        [&, s] {
          for (uint64_t i = 0; i < kEach; i++) c.send(s * kEach + i);
          senders.done();
        },
        "sender");
  }
  for (int r = 0; r < 2; r++) {
    rt::go(
        [&] {
          while (auto v = c.recv()) sum += *v;
          receivers.done();
        },
        "receiver");
  }
  senders.wait();
  c.close();
  receivers.wait();
  if (sum != 3 * kEach * (3 * kEach - 1) / 2) fail("a channel lost a value, or gave it twice");
  round->messages += 3 * kEach;
}

// A semaphore as a lock around a plain counter.
void semaphores(Round* round, Random* random) {
  constexpr int kEach = 100;
  int goroutines = 2 + static_cast<int>((*random)() % 4);
  std::atomic<uint32_t> mutex{1};
  int counter = 0;
  rt::WaitGroup done;
  done.add(goroutines);
  for (int g = 0; g < goroutines; g++) {
    rt::go(
        [&, g] {
          for (int i = 0; i < kEach; i++) {
            rt::semacquire(&mutex, false);
            int was = counter;
            if (i % 16 == g) rt::Gosched();
            counter = was + 1;
            rt::semrelease(&mutex);
          }
          done.done();
        },
        "acquirer");
  }
  done.wait();
  if (counter != goroutines * kEach) fail("two goroutines had a semaphore of one");
  round->acquires += counter;
}

void syscalls(Round* round, Random* random) {
  std::array<uint32_t, 64> local{};
  for (uint32_t& word : local) word = static_cast<uint32_t>((*random)());
  auto copy = local;
  for (int i = 0; i < 20; i++) {
    bool blocks = (*random)() % 4 == 0;
    blocks ? rt::entersyscallblock() : rt::entersyscall();
    if (blocks || i % 8 == 0) usleep(static_cast<unsigned>((*random)() % 200));
    rt::exitsyscall();
    rt::safepoint();
  }
  if (copy != local) fail("a stack changed during a syscall");
  round->syscalls += 20;
}

void sleeping(Round* round, Random* random) {
  auto ns = static_cast<int64_t>((*random)() % 2'000'000);
  int64_t start = rt::nanotime();
  rt::Sleep(ns);
  if (rt::nanotime() - start < ns) fail("a sleep was too short");
  round->sleeps++;
}

void locked(Round* round, Random* random) {
  rt::LockOSThread();
  pid_t thread = gettid();
  for (uint32_t i = 0, n = (*random)() % 20; i < n; i++) {
    i % 3 == 0 ? rt::Sleep(1000) : rt::Gosched();
    if (gettid() != thread) fail("a locked goroutine runs on another thread");
  }
  rt::UnlockOSThread();
  round->locked++;
}

void computing(Round* /*round*/, Random* random) {
  uint64_t x = (*random)();
  for (int i = 0; i < 20'000; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    if (i % 500 == 0) rt::safepoint();
  }
  asm volatile("" : : "r"(x));
}

struct Node {
  rt::Ptr<Node> left, right;
  uint64_t number = 0;
};

}  // namespace

template <>
struct standstill::rt::PointerMap<Node>
    : standstill::rt::Pointers<offsetof(Node, left), offsetof(Node, right)> {};

namespace {

// A tree whose nodes have the numbers that a heap in an array would give them.
Node* plant(uint64_t number, int height) {
  if (height == 0) return nullptr;
  Node* n = rt::New<Node>();
  n->number = number;
  n->left = plant(2 * number, height - 1);
  n->right = plant(2 * number + 1, height - 1);
  return n;
}

void expectTree(const Node* n, uint64_t number, int height) {
  if (height == 0) {
    if (n != nullptr) fail("a tree has grown");
    return;
  }
  if (n == nullptr || n->number != number) fail("a node that can be reached was freed");
  expectTree(n->left.get(), 2 * number, height - 1);
  expectTree(n->right.get(), 2 * number + 1, height - 1);
}

// A tree on the collected heap, half of which is replaced again and again.
void trees(Round* round, Random* random) {
  int height = 2 + static_cast<int>((*random)() % 9);
  Node* tree = plant(1, height);
  for (int i = 0; i < 8; i++) {
    tree->right = plant(3, height - 1);
    rt::Gosched();
    expectTree(tree, 1, height);
  }
  round->nodes += 5 << height;
}

constexpr std::array kWork{spawning, channels, semaphores, syscalls,
                           sleeping, locked,   computing,  trees};

void startWork(Round* round, uint32_t seed) {
  constexpr int kGoroutines = 3 * kWork.size();
  round->working.add(kGoroutines);
  for (uint32_t g = 0; g < kGoroutines; g++) {
    rt::go(
        [=] {
          Random random(seed + g);
          while (!round->over) {
            kWork[g % kWork.size()](round, &random);
            rt::safepoint();
          }
          round->working.done();
        },
        "worker");
  }
}

// Leaves the largest trace of all in options.traceOut, and a wrong one in stress.trace.
void readTrace(const Options& options, const std::string& file) {
  static std::mutex mutex;
  static size_t largest = 0;
  rt::DecodedTrace trace(file);
  std::string what = !trace.error.empty() ? trace.error : rt::TraceRules::firstViolation(trace);
  std::scoped_lock lock(mutex);
  if (!what.empty()) {
    std::ofstream("stress.trace") << file;
    fail("a trace is wrong (see stress.trace): " + what);
  }
  if (options.traceOut.empty() || file.size() <= largest) return;
  largest = file.size();
  std::ofstream(options.traceOut) << file;
}

void readDump(const std::string& file) {
  rt::HeapDump dump = rt::readHeapDump(file);
  if (!dump.error.empty()) fail("a heap dump is wrong: " + dump.error);
  if (dump.goroutines.empty()) fail("a heap dump without goroutines");
}

void print(const Round& r, const examples::Upheaval::Counts& a,
           const examples::Upheaval::Counts& b) {
  std::printf(
      "stops=%ld gcs=%ld traces=%ld dumps=%ld profiles=%ld spawned=%ld messages=%ld "
      "acquires=%ld syscalls=%ld sleeps=%ld locked=%ld nodes=%ld\n",
      a.stops + b.stops, a.gcs + b.gcs, a.traces + b.traces, a.dumps + b.dumps,
      a.profiles + b.profiles, r.spawned.load(), r.messages.load(), r.acquires.load(),
      r.syscalls.load(), r.sleeps.load(), r.locked.load(), r.nodes.load());
}

void stress(const Options& options) {
  rt::run({.procs = 2, .stackSize = 256 << 10}, [&] {
    Round round;
    startWork(&round, options.seed);
    {
      examples::Upheaval::Readers readers{
          [&](const std::string& file) { readTrace(options, file); }, readDump};
      examples::Upheaval one(options.seed, readers);
      examples::Upheaval other(options.seed + 1, readers);
      rt::Sleep(static_cast<int64_t>(options.seconds * 1e9));
      round.over = true;
      round.working.wait();
      print(round, one.counts(), other.counts());
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Everything the runtime can do at once, for a while."};
  app.add_option("--seed", options.seed)->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds)->check(CLI::PositiveNumber);
  app.add_option("--trace", options.traceOut, "leave the largest trace in this file");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  rt::useSymbols();
  stress(options);
}
