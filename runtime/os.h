// The operating system, as little of it as the runtime needs: futexes, a clock, threads,
// pages and files. Everything else in runtime/ reaches the kernel through these calls only.
//
// None of them may be cached or spun upon: a wait is always a futex or a sleep, so that a
// controlled scheduler that intercepts these entry points sees every wait there is. (Options.spin
// says whether lock.h may look awhile before it comes here.)
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <pthread.h>

namespace standstill::rt {

// Sleeps while *addr == val, until futexwakeup or until ns nanoseconds have passed (forever when
// ns < 0). May also return early for no reason: callers test their own condition in a loop.
void futexsleep(std::atomic<uint32_t>* addr, uint32_t val, int64_t ns);

// Wakes up to count threads asleep on addr.
void futexwakeup(std::atomic<uint32_t>* addr, uint32_t count);

// Monotonic time in nanoseconds.
int64_t nanotime();

// Sleeps for usec microseconds of real time. Only for back-off; never for synchronisation.
void usleep(uint32_t usec);

// Does nothing for a moment, n times, and lets the processor know.
void procyield(int n);

// Starts a thread that runs fn(arg). Stops the process when the system has no thread to give.
pthread_t newosproc(void* (*fn)(void*), void* arg);

// Writes all n bytes to fd. Says whether that went well.
bool writeall(int fd, const void* p, size_t n);

// How many processors there are.
int ncpu();

// Maps size bytes of zeroed memory whose address is a multiple of align.
// REQUIRES: size and align are multiples of the page size; align is a power of two.
void* sysAlloc(size_t size, size_t align);

// Gives memory from sysAlloc back. REQUIRES: exactly the region that sysAlloc returned.
void sysFree(void* p, size_t size);

// Reserves size bytes of address space, inaccessible until sysMap. REQUIRES: size as for sysAlloc.
void* sysReserve(size_t size);

// Makes [p, p+size), whole pages from sysReserve, accessible and zero.
void sysMap(void* p, size_t size);

// Gives the memory behind [p, p+size), whole pages, back until it is used again: it is zero then.
void sysUnused(void* p, size_t size);

// Makes [p, p+size) inaccessible. REQUIRES: whole pages from sysAlloc.
void sysGuard(void* p, size_t size);

// The size of a page.
inline constexpr size_t kPageSize = 4096;

}  // namespace standstill::rt
