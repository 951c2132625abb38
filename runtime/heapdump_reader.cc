#include "runtime/heapdump_reader.h"

namespace standstill::rt {

namespace {

constexpr size_t kNumStats = 24;
constexpr size_t kNumPauses = 256;

class Reader {
 public:
  explicit Reader(std::string_view file) : rest_(file) {}

  HeapDump read() {
    if (!rest_.starts_with(kHeapDumpHeader)) {
      fail("not a heap dump");
      return std::move(dump_);
    }
    rest_.remove_prefix(kHeapDumpHeader.size());
    while (record()) {
    }
    if (dump_.error.empty() && !rest_.empty()) fail("more after the end");
    return std::move(dump_);
  }

 private:
  void fail(const std::string& what) {
    if (dump_.error.empty()) dump_.error = what;
    rest_ = {};
  }

  uint64_t number() {
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      auto b = static_cast<uint8_t>(rest_[0]);
      rest_.remove_prefix(1);
      v |= uint64_t{b & 0x7fu} << shift;
      if (b < 0x80) return v;
    }
    fail("ends within a number");
    return 0;
  }

  void numbers(std::initializer_list<uint64_t*> to) {
    for (uint64_t* v : to) *v = number();
  }

  std::string text() {
    uint64_t n = number();
    if (n > rest_.size()) {
      fail("ends within a string");
      return "";
    }
    std::string s(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return s;
  }

  std::vector<uint64_t> fields() {
    std::vector<uint64_t> offsets;
    while (uint64_t kind = number()) {
      if (kind != 1) {
        fail("unknown kind of field");
        break;
      }
      offsets.push_back(number());
    }
    return offsets;
  }

  // Reads one record. False after the last one, and when something is wrong.
  bool record() {
    auto tag = static_cast<DumpTag>(number());
    if (!dump_.error.empty()) return false;
    dump_.tags.push_back(tag);
    switch (tag) {
      case DumpTag::End:
        return false;
      case DumpTag::Object:
        object(&dump_.objects);
        break;
      case DumpTag::Data:
        object(&dump_.data);
        break;
      case DumpTag::Finalizer:
        finalizer(&dump_.finalizers);
        break;
      case DumpTag::QueuedFinalizer:
        finalizer(&dump_.queuedFinalizers);
        break;
      case DumpTag::Bucket:
        bucket();
        break;
      case DumpTag::Sample:
        sample();
        break;
      case DumpTag::Goroutine:
        goroutine();
        break;
      case DumpTag::StackFrame:
        frame();
        break;
      case DumpTag::Params:
        params();
        break;
      case DumpTag::Thread:
        thread();
        break;
      case DumpTag::MemStats:
        stats();
        break;
      default:
        fail("unknown record " + std::to_string(static_cast<uint64_t>(tag)));
    }
    return dump_.error.empty();
  }

  void object(std::vector<HeapDump::Object>* to) {
    HeapDump::Object& o = to->emplace_back();
    o.address = number();
    o.contents = text();
    o.pointers = fields();
  }

  void finalizer(std::vector<HeapDump::Finalizer>* to) {
    HeapDump::Finalizer& f = to->emplace_back();
    numbers({&f.object, &f.closure, &f.function, &f.argumentType, &f.objectType});
  }

  void bucket() {
    HeapDump::Bucket& b = dump_.buckets.emplace_back();
    numbers({&b.id, &b.size});
    for (uint64_t depth = number(); depth > 0 && dump_.error.empty(); depth--) {
      HeapDump::BucketFrame& f = b.frames.emplace_back();
      f.function = text();
      f.file = text();
      f.line = number();
    }
    numbers({&b.allocs, &b.frees});
  }

  void sample() {
    HeapDump::Sample& s = dump_.samples.emplace_back();
    numbers({&s.object, &s.bucket});
  }

  void goroutine() {
    HeapDump::Goroutine& g = dump_.goroutines.emplace_back();
    numbers({&g.address, &g.sp, &g.goid, &g.createdAt, &g.status, &g.isSystem, &g.isBackground,
             &g.waitsince});
    g.waitreason = text();
    numbers({&g.context, &g.machine, &g.defers, &g.panics});
  }

  void frame() {
    if (dump_.goroutines.empty()) return fail("frame without a goroutine");
    HeapDump::Frame& f = dump_.goroutines.back().frames.emplace_back();
    numbers({&f.sp, &f.depth, &f.childSp});
    f.contents = text();
    numbers({&f.entry, &f.pc, &f.continuation});
    f.name = text();
    fields();
  }

  void params() {
    HeapDump::Params& p = dump_.params;
    numbers({&p.bigEndian, &p.pointerSize, &p.arenaStart, &p.arenaEnd, &p.arch});
    p.experiment = text();
    p.ncpu = number();
  }

  void thread() {
    HeapDump::Thread& t = dump_.threads.emplace_back();
    numbers({&t.address, &t.id, &t.handle});
  }

  void stats() {
    for (size_t i = 0; i < kNumStats; i++) dump_.stats.numbers.push_back(number());
    for (size_t i = 0; i < kNumPauses; i++) dump_.stats.pauses.push_back(number());
    dump_.stats.numGC = number();
  }

  std::string_view rest_;
  HeapDump dump_;
};

}  // namespace

HeapDump readHeapDump(std::string_view file) { return Reader(file).read(); }

}  // namespace standstill::rt
