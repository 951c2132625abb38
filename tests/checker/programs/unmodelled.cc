// What the explorer does not model: it has to say so, by name.
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <standstill/scenario.h>
#include <sys/select.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <shared_mutex>
#include <thread>

STANDSTILL_SCENARIO(rwlock) {
  std::shared_mutex mutex;
  mutex.lock_shared();
}
STANDSTILL_SCENARIO(timed_rwlock) {
  std::shared_timed_mutex mutex;
  standstill::observe("got", mutex.try_lock_for(std::chrono::seconds(1)));
}
STANDSTILL_SCENARIO(semaphore) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 1);
  sem_wait(&semaphore);
}
STANDSTILL_SCENARIO(timed_semaphore) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  const timespec soon{1, 0};
  sem_timedwait(&semaphore, &soon);
}
STANDSTILL_SCENARIO(barrier) {
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, 1);
  pthread_barrier_wait(&barrier);
}
STANDSTILL_SCENARIO(spinlock) {
  pthread_spinlock_t lock;
  pthread_spin_init(&lock, 0);
  pthread_spin_lock(&lock);
}
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
STANDSTILL_SCENARIO(handles_signals) { signal(SIGUSR1, SIG_IGN); }

// Only some schedules come to what is not modelled.
STANDSTILL_SCENARIO(now_and_then) {
  std::atomic<int> x{0};
  std::thread other([&] { x = 1; });
  const bool early = x.load() == 1;
  if (early) {
    std::shared_mutex mutex;
    mutex.lock_shared();
  }
  other.join();
}
