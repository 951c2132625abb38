#include "runtime/pprof/pprof.h"

#include <cmath>
#include <vector>

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/pprof/builder.h"
#include "runtime/switch.h"

namespace standstill::rt::pprof {

namespace {

// Room beyond what was counted a moment ago, for what comes meanwhile.
constexpr int kSpareRecords = 10;

// The number of objects of this size of which about `count` were sampled. An object of s bytes is
// sampled with probability 1 - exp(-s / rate).
double scaleOf(int64_t objects, int64_t bytes, int64_t rate) {
  if (objects == 0 || bytes == 0 || rate <= 1) return 1;
  double size = static_cast<double>(bytes) / static_cast<double>(objects);
  return 1 / (1 - std::exp(-size / static_cast<double>(rate)));
}

// Neither the symbolizer nor the compressor is made for the stack of a goroutine; and they take
// long, so the goroutine gives its P up for as long as it lasts.
template <typename F>
void onLargeStack(F fn) {
  if (getg() == nullptr) {
    fn();
  } else {
    entersyscall();
    systemstack(fn);
    exitsyscall();
  }
}

int64_t scaled(int64_t n, double scale) { return std::llround(static_cast<double>(n) * scale); }

}  // namespace

std::string goroutineProfile() {
  std::vector<StackRecord> records;
  for (bool ok = false; !ok;) {
    int n = NumGoroutine() + kSpareRecords;
    records.resize(static_cast<size_t>(n));
    n = GoroutineProfile(records.data(), n, &ok);
    if (ok) records.resize(static_cast<size_t>(n));
  }
  std::string file;
  onLargeStack([&] {
    const ValueType type{"goroutine", "count"};
    Builder builder({&type, 1}, type, 1);
    const int64_t one = 1;
    for (const StackRecord& r : records) builder.add(r.pc, {&one, 1});
    file = builder.finish();
  });
  return file;
}

std::string heapProfile() {
  std::vector<MemProfileRecord> records;
  for (bool ok = false; !ok;) {
    int n = MemProfile(nullptr, 0, true, &ok) + kSpareRecords;
    records.resize(static_cast<size_t>(n));
    n = MemProfile(records.data(), n, true, &ok);
    if (ok) records.resize(static_cast<size_t>(n));
  }
  return heapProfile(records, MemProfileRate());
}

std::string heapProfile(std::span<const MemProfileRecord> records, int64_t rate) {
  const ValueType types[] = {{"alloc_objects", "count"},
                             {"alloc_space", "bytes"},
                             {"inuse_objects", "count"},
                             {"inuse_space", "bytes"}};
  std::string file;
  onLargeStack([&] {
    Builder builder(types, {"space", "bytes"}, rate);
    for (const MemProfileRecord& r : records) {
      double scale = scaleOf(r.AllocObjects, r.AllocBytes, rate);
      const int64_t values[] = {scaled(r.AllocObjects, scale), scaled(r.AllocBytes, scale),
                                scaled(r.InUseObjects(), scale), scaled(r.InUseBytes(), scale)};
      builder.add(r.stack.pc, values);
    }
    file = builder.finish();
  });
  return file;
}

}  // namespace standstill::rt::pprof
