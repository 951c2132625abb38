#include "runtime/stack.h"

#include <cstdlib>
#include <new>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/gmp.h"
#include "runtime/lock.h"
#include "runtime/memstats.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/traceback.h"

#if __has_feature(address_sanitizer)
extern "C" void __asan_unpoison_memory_region(const volatile void* addr, size_t size);
#endif

namespace standstill::rt {

struct StackSlab {
  char* base = nullptr;
  size_t bytes = 0;
  size_t stackSize = 0;
  uint32_t n = 0;
  bool guarded = true;
  // Under stacks.lock.
  std::vector<char*> free;  // their lo
  StackSlab* next = nullptr;
  StackSlab* prev = nullptr;
};

namespace {

constexpr uint32_t kGuardedPerSlab = 16;
constexpr uint32_t kUnguardedPerSlab = 256;
constexpr int64_t kMappingsPerGuard = 2;
constexpr int64_t kFewMappings = 1024;         // no need to ask for the limit below that
constexpr int64_t kUsualMaxMappings = 65'530;  // when the system does not tell

struct Stacks {
  Mutex lock;
  // Under lock.
  StackSlab* roomy = nullptr;  // slabs with a free stack
  StackSlab* full = nullptr;
  int64_t mappings = 0;     // taken by guard pages
  int64_t maxMappings = 0;  // of the process; 0: not asked yet
};

Stacks stacks;

int64_t readMaxMappings() {
  char text[32] = {};
  int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return kUsualMaxMappings;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  int64_t max = n > 0 ? std::strtoll(text, nullptr, 10) : 0;
  return max > 0 ? max : kUsualMaxMappings;
}

// Frames that were left and never returned from keep their redzones; the next user of the memory
// would trip over them.
void unpoison([[maybe_unused]] char* p, [[maybe_unused]] size_t size) {
#if __has_feature(address_sanitizer)
  __asan_unpoison_memory_region(p, size);
#endif
}

// REQUIRES for all below: stacks.lock held.

bool mayguard() {
  int64_t want = stacks.mappings + kGuardedPerSlab * kMappingsPerGuard;
  if (want <= kFewMappings) return true;
  if (stacks.maxMappings == 0) stacks.maxMappings = readMaxMappings();
  return want <= stacks.maxMappings / 2;
}

void link(StackSlab** list, StackSlab* s) {
  s->prev = nullptr;
  s->next = *list;
  if (s->next != nullptr) s->next->prev = s;
  *list = s;
}

void unlink(StackSlab** list, StackSlab* s) {
  (s->prev != nullptr ? s->prev->next : *list) = s->next;
  if (s->next != nullptr) s->next->prev = s->prev;
}

// Lowest first: [guard page, stack]..., or guard page, stack...
StackSlab* newslab(size_t stackSize) {
  auto* s = new StackSlab;
  s->guarded = mayguard();
  s->n = s->guarded ? kGuardedPerSlab : kUnguardedPerSlab;
  s->stackSize = stackSize;
  size_t guards = s->guarded ? s->n : 1;
  size_t stride = stackSize + (s->guarded ? kPageSize : 0);
  s->bytes = s->n * stackSize + guards * kPageSize;
  s->base = static_cast<char*>(sysAlloc(s->bytes, kPageSize));
  // A huge page would be the memory of many stacks at the first touch of one.
  madvise(s->base, s->bytes, MADV_NOHUGEPAGE);
  for (size_t i = 0; i < guards; i++) sysGuard(s->base + i * stride, kPageSize);
  for (size_t i = s->n; i-- > 0;) s->free.push_back(s->base + kPageSize + i * stride);
  stacks.mappings += static_cast<int64_t>(guards) * kMappingsPerGuard;
  return s;
}

void dropslab(StackSlab* s) {
  stacks.mappings -= (s->guarded ? s->n : 1) * kMappingsPerGuard;
  sysFree(s->base, s->bytes);
  delete s;
}

void droplist(StackSlab** list) {
  while (StackSlab* s = *list) {
    unlink(list, s);
    unpoison(s->base, s->bytes);
    dropslab(s);
  }
}

}  // namespace

Stack stackalloc(size_t size) {
  size = (size + kPageSize - 1) & ~(kPageSize - 1);
  lock(&stacks.lock);
  StackSlab* s = stacks.roomy;
  if (s == nullptr || s->stackSize != size) {
    s = newslab(size);
    link(&stacks.roomy, s);
  }
  char* lo = s->free.back();
  s->free.pop_back();
  if (s->free.empty()) {
    unlink(&stacks.roomy, s);
    link(&stacks.full, s);
  }
  unlock(&stacks.lock);
  memstats.stackInuse += size;
  return {lo, size, s, s->guarded};
}

void stackfree(Stack stack) {
  unpoison(stack.lo, stack.size);
  memstats.stackInuse -= stack.size;
  if (madvise(stack.lo, stack.size, MADV_DONTNEED) != 0) throw_("stackfree: not a mapping");
  StackSlab* s = stack.slab;
  lock(&stacks.lock);
  if (s->free.empty()) {
    unlink(&stacks.full, s);
    link(&stacks.roomy, s);
  }
  s->free.push_back(stack.lo);
  if (s->free.size() == s->n) {
    unlink(&stacks.roomy, s);
    dropslab(s);
  }
  unlock(&stacks.lock);
}

bool redzoneintact(const Stack& s) {
  auto* word = reinterpret_cast<const uint64_t*>(s.lo);
  for (size_t i = 0; i < kRedZone / sizeof(uint64_t); i++) {
    if (word[i] != 0) return false;
  }
  return true;
}

bool onguardpage(const Stack& s, const void* p) {
  auto* at = static_cast<const char*>(p);
  return at < s.lo && at >= s.lo - kPageSize;
}

[[noreturn]] void stackoverflow(G* gp) {
  char text[256];
  TextBuf out(text, sizeof text);
  out.print("runtime: goroutine ");
  out.print(gp->goid);
  out.print(" (");
  out.print(gp->name);
  out.print(") needs more than its stack of ");
  out.print(static_cast<int64_t>(gp->stack.size));
  out.print(" bytes\n");
  writeall(2, text, out.size());
  throw_("stack overflow");
}

void stackdestroy() {
  droplist(&stacks.roomy);
  droplist(&stacks.full);
  stacks.~Stacks();
  new (&stacks) Stacks;
}

}  // namespace standstill::rt
