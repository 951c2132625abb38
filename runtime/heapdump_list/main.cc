// stw-heapdump: lists what is in a heap dump, one line for each record, in the order of the format.
// (test: tests/outputs/heapdump_list_test.cc)
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "runtime/heapdump_reader.h"

namespace rt = standstill::rt;

namespace {

void list(const char* kind, const std::vector<rt::HeapDump::Object>& objects) {
  for (const auto& o : objects) {
    fmt::print("{} {:#x} size={}", kind, o.address, o.contents.size());
    if (!o.pointers.empty()) fmt::print(" pointers at {}", fmt::join(o.pointers, " "));
    fmt::print("\n");
  }
}

void list(const char* kind, const std::vector<rt::HeapDump::Finalizer>& finalizers) {
  for (const auto& f : finalizers) {
    fmt::print("{} object={:#x} function={:#x}\n", kind, f.object, f.function);
  }
}

void list(const rt::HeapDump::Goroutine& g) {
  fmt::print("goroutine {} address={:#x} status={}{}\n", g.goid, g.address, g.status,
             g.waitreason.empty() ? "" : " [" + g.waitreason + "]");
  for (const auto& f : g.frames) {
    fmt::print("frame {} sp={:#x} size={} pc={:#x} {}\n", f.depth, f.sp, f.contents.size(), f.pc,
               f.name);
  }
}

void list(const rt::HeapDump::Bucket& b) {
  fmt::print("bucket {:#x} size={} allocs={} frees={}", b.id, b.size, b.allocs, b.frees);
  for (const auto& f : b.frames) fmt::print(" {}", f.function);
  fmt::print("\n");
}

void listAll(const rt::HeapDump& d) {
  const auto& p = d.params;
  fmt::print("params pointers of {} bytes, {} endian, arena {:#x}-{:#x}, {} CPUs\n", p.pointerSize,
             p.bigEndian != 0 ? "big" : "little", p.arenaStart, p.arenaEnd, p.ncpu);
  list("object", d.objects);
  for (const auto& g : d.goroutines) list(g);
  for (const auto& t : d.threads) fmt::print("thread {} address={:#x}\n", t.id, t.address);
  list("data", d.data);
  list("finalizer", d.finalizers);
  list("queued", d.queuedFinalizers);
  fmt::print("memstats collections={} {}\n", d.stats.numGC, fmt::join(d.stats.numbers, " "));
  for (const auto& b : d.buckets) list(b);
  for (const auto& s : d.samples) fmt::print("sample {:#x} bucket={:#x}\n", s.object, s.bucket);
}

// How many objects of each size there are, and what they take together.
void summarise(const rt::HeapDump& d) {
  std::map<size_t, size_t> counts;
  for (const auto& o : d.objects) counts[o.contents.size()]++;
  fmt::print("{:>10} {:>10} {:>12}\n", "size", "objects", "bytes");
  for (auto [size, n] : counts) fmt::print("{:>10} {:>10} {:>12}\n", size, n, size * n);
  fmt::print("{} goroutines, {} threads, {} roots, {} finalizers, {} call stacks\n",
             d.goroutines.size(), d.threads.size(), d.data.size(),
             d.finalizers.size() + d.queuedFinalizers.size(), d.buckets.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  bool summary = false;
  CLI::App app{"Lists the records of a heap dump, as WriteHeapDump writes it."};
  app.add_option("FILE", path, "the dump")->required();
  app.add_flag("--summary", summary, "objects by size, and how many there are of the rest");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  std::ifstream in(path, std::ios::binary);
  std::string file{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) {
    fmt::print(stderr, "stw-heapdump: cannot read {}: give a file that WriteHeapDump has written\n",
               path);
    return 2;
  }
  rt::HeapDump dump = rt::readHeapDump(file);
  if (!dump.error.empty()) {
    fmt::print(stderr, "stw-heapdump: {}: {}\n", path, dump.error);
    return 2;
  }
  summary ? summarise(dump) : listAll(dump);
  return 0;
}
