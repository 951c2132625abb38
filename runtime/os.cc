#include "runtime/os.h"

#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/panic.h"

namespace standstill::rt {

namespace {

timespec toTimespec(int64_t ns) { return {ns / 1'000'000'000, ns % 1'000'000'000}; }

}  // namespace

void futexsleep(std::atomic<uint32_t>* addr, uint32_t val, int64_t ns) {
  timespec ts = toTimespec(ns);
  syscall(SYS_futex, addr, FUTEX_WAIT_PRIVATE, val, ns < 0 ? nullptr : &ts, nullptr, 0);
}

void futexwakeup(std::atomic<uint32_t>* addr, uint32_t count) {
  if (syscall(SYS_futex, addr, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0) < 0) {
    throw_("futexwakeup: bad address");
  }
}

int64_t nanotime() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return ts.tv_sec * int64_t{1'000'000'000} + ts.tv_nsec;
}

void usleep(uint32_t usec) {
  timespec ts = toTimespec(int64_t{usec} * 1000);
  nanosleep(&ts, nullptr);
}

void procyield(int n) {
  for (int i = 0; i < n; i++) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }
}

pthread_t newosproc(void* (*fn)(void*), void* arg) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, fn, arg) != 0) {
    throw_("thread exhaustion: failed to create new OS thread");
  }
  return thread;
}

bool writeall(int fd, const void* p, size_t n) {
  const char* from = static_cast<const char*>(p);
  while (n > 0) {
    ssize_t done = write(fd, from, n);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    from += done;
    n -= static_cast<size_t>(done);
  }
  return true;
}

int ncpu() { return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)); }

void* sysAlloc(size_t size, size_t align) {
  // Ask for enough to cut an aligned piece out of the middle, then give the two ends back.
  size_t slack = align > kPageSize ? align : 0;
  void* p = mmap(nullptr, size + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) throw_("out of memory");
  if (slack == 0) return p;
  size_t head = -reinterpret_cast<uintptr_t>(p) & (align - 1);
  char* aligned = static_cast<char*>(p) + head;
  if (head > 0) munmap(p, head);
  if (slack > head) munmap(aligned + size, slack - head);
  return aligned;
}

void sysFree(void* p, size_t size) {
  if (munmap(p, size) != 0) throw_("sysFree: not a mapping");
}

void* sysReserve(size_t size) {
  void* p = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) throw_("cannot reserve address space for the heap: ask for a smaller one");
  return p;
}

void sysMap(void* p, size_t size) {
  if (mprotect(p, size, PROT_READ | PROT_WRITE) != 0) throw_("out of memory");
}

void sysUnused(void* p, size_t size) {
  if (madvise(p, size, MADV_DONTNEED) != 0) throw_("sysUnused: not a mapping");
}

void sysGuard(void* p, size_t size) {
  if (mprotect(p, size, PROT_NONE) != 0) throw_("out of memory: cannot protect a guard page");
}

}  // namespace standstill::rt
