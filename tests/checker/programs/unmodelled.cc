// What the explorer does not model: it has to say so, by name.
#include <dlfcn.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <standstill/scenario.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

STANDSTILL_SCENARIO(rwlock_for_writers) {
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_t lock;
  pthread_rwlock_init(&lock, &attributes);
  pthread_rwlock_rdlock(&lock);
}
STANDSTILL_SCENARIO(robust_mutex) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_t mutex;
  pthread_mutex_init(&mutex, &attributes);
  pthread_mutex_lock(&mutex);
}
STANDSTILL_SCENARIO(named_semaphore) { sem_open("/standstill", 0); }
STANDSTILL_SCENARIO(futex_wake_op) {
  uint32_t words[2] = {};
  syscall(SYS_futex, words, FUTEX_WAKE_OP, 1, 1, words + 1, 0);
}
STANDSTILL_SCENARIO(raw_clone) { syscall(SYS_clone3, nullptr, 0); }
STANDSTILL_SCENARIO(makes_a_pipe) {
  int ends[2];
  if (pipe(ends) == 0) close(ends[0]);
}
STANDSTILL_SCENARIO(sets_an_alarm) { alarm(1); }
STANDSTILL_SCENARIO(cancel) { pthread_cancel(pthread_self()); }
STANDSTILL_SCENARIO(forks) {
  if (fork() == 0) _exit(0);
}
STANDSTILL_SCENARIO(polls) { poll(nullptr, 0, 1); }
STANDSTILL_SCENARIO(selects) {
  timeval soon{0, 1000};
  select(0, nullptr, nullptr, nullptr, &soon);
}
STANDSTILL_SCENARIO(runs_a_command) { standstill::observe("status", std::system("true")); }
STANDSTILL_SCENARIO(handles_signals) {
  signal(SIGUSR1, [](int) {});
}

namespace {

// As a library might that knows nothing of the C library: a futex wait that nobody ends.
__attribute__((disable_sanitizer_instrumentation)) void sleepInTheKernel() {
  uint32_t word = 0;
  long number = SYS_futex;
  register long timeout __asm__("r10") = 0;
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(&word), "S"(FUTEX_WAIT), "d"(0), "r"(timeout)
                   : "rcx", "r11", "memory");
}

__attribute__((disable_sanitizer_instrumentation)) void* sleepUnseen(void*) {
  sleepInTheKernel();
  return nullptr;
}

}  // namespace

STANDSTILL_SCENARIO(sleeps_in_the_kernel) { sleepInTheKernel(); }
STANDSTILL_SCENARIO(unseen_thread) {
  void* library = dlopen("libc.so.6", RTLD_NOW);
  const auto create = reinterpret_cast<decltype(&pthread_create)>(dlsym(library, "pthread_create"));
  pthread_t thread;
  standstill::observe("created", create(&thread, nullptr, sleepUnseen, nullptr));
}

// Only some schedules come to what is not modelled.
STANDSTILL_SCENARIO(now_and_then) {
  std::atomic<int> x{0};
  std::thread other([&] { x = 1; });
  const bool early = x.load() == 1;
  if (early) {
    static_cast<void>(fork());
  }
  other.join();
}

STANDSTILL_SCENARIO(spawns) {
  char name[] = "true";
  char* const arguments[] = {name, nullptr};
  posix_spawn(nullptr, "/bin/true", nullptr, nullptr, arguments, environ);
}

// Here to be found among the others.
STANDSTILL_SCENARIO(nothing_special) {
  std::thread([] {}).join();
}
