// Read-write locks, semaphores, barriers, spin locks, and the less common calls.
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <standstill/scenario.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <stop_token>
#include <thread>

namespace {

int inside = 0;
std::atomic<int> order{0};

timespec inSeconds(time_t seconds) {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_sec += seconds;
  return time;
}

void sleepFor(time_t seconds) {
  const timespec time{seconds, 0};
  nanosleep(&time, nullptr);
}

}  // namespace

// Readers may be inside together; nobody with a writer.
STANDSTILL_SCENARIO(readers_and_a_writer) {
  static std::shared_mutex mutex;
  static std::atomic<int> readers{0};
  static std::atomic<int> most{0};
  const auto read = [] {
    const std::shared_lock lock(mutex);
    const int now = ++readers;
    if (now > most) most = now;
    if (inside % 2 != 0) standstill::observe("torn", 1);
    --readers;
  };
  std::thread one(read);
  std::thread two(read);
  {
    const std::unique_lock lock(mutex);
    ++inside;
    ++inside;
  }
  one.join();
  two.join();
  standstill::observe("readers at once", most.load());
}

STANDSTILL_SCENARIO(rwlock_results) {
  static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  standstill::observe("read", pthread_rwlock_rdlock(&lock));
  standstill::observe("read again", pthread_rwlock_tryrdlock(&lock));
  standstill::observe("write", pthread_rwlock_trywrlock(&lock) == EBUSY);
  const timespec soon = inSeconds(1);
  standstill::observe("write in time", pthread_rwlock_timedwrlock(&lock, &soon) == ETIMEDOUT);
  pthread_rwlock_unlock(&lock);
  pthread_rwlock_unlock(&lock);
  standstill::observe("now", pthread_rwlock_wrlock(&lock));
  standstill::observe("self", pthread_rwlock_wrlock(&lock) == EDEADLK);
  standstill::observe("reads too", pthread_rwlock_rdlock(&lock) == EDEADLK);
  pthread_rwlock_unlock(&lock);
  standstill::observe("destroy", pthread_rwlock_destroy(&lock));
}

STANDSTILL_SCENARIO(rwlock_deadlock) {
  static std::shared_mutex mutex;
  std::thread other([] { const std::shared_lock lock(mutex); });
  other.join();
  const std::shared_lock mine(mutex);
  std::thread writer([] { mutex.lock(); });
  writer.join();
}

STANDSTILL_SCENARIO(semaphore) {
  static sem_t semaphore;
  sem_init(&semaphore, 0, 1);
  const auto enter = [] {
    sem_wait(&semaphore);
    if (++inside != 1) standstill::observe("two inside", 1);
    --inside;
    sem_post(&semaphore);
  };
  std::thread other(enter);
  enter();
  other.join();
  int value = -1;
  sem_getvalue(&semaphore, &value);
  standstill::observe("value", value);
  sem_destroy(&semaphore);
}

STANDSTILL_SCENARIO(semaphore_results) {
  static sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  standstill::observe("try", sem_trywait(&semaphore) == -1 && errno == EAGAIN);
  const timespec soon = inSeconds(1);
  standstill::observe("timed", sem_timedwait(&semaphore, &soon) == -1 && errno == ETIMEDOUT);
  sem_post(&semaphore);
  standstill::observe("after a post", sem_trywait(&semaphore));
}

// The wait may come first, and the timeout before the post.
STANDSTILL_SCENARIO(semaphore_in_time) {
  static sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  std::thread other([] { sem_post(&semaphore); });
  const timespec soon = inSeconds(1);
  standstill::observe("got", sem_timedwait(&semaphore, &soon) == 0);
  other.join();
}

// Any thread may be the serial one, and nobody leaves before all have come.
STANDSTILL_SCENARIO(barrier) {
  static pthread_barrier_t barrier;
  static std::atomic<int> arrived{0};
  pthread_barrier_init(&barrier, nullptr, 2);
  const auto meet = [](int thread) {
    ++arrived;
    const int result = pthread_barrier_wait(&barrier);
    if (arrived != 2) standstill::observe("early", thread);
    if (result == PTHREAD_BARRIER_SERIAL_THREAD) order = thread;
  };
  std::thread other(meet, 1);
  meet(2);
  other.join();
  standstill::observe("serial", order.load());
  pthread_barrier_destroy(&barrier);
}

STANDSTILL_SCENARIO(barrier_rounds) {
  static pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, 2);
  const auto work = [] {
    int serial = 0;
    for (int round = 0; round < 3; ++round) {
      if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) ++serial;
    }
    return serial;
  };
  int theirs = 0;
  std::thread other([&] { theirs = work(); });
  const int ours = work();
  other.join();
  standstill::observe("serial", ours + theirs);
}

STANDSTILL_SCENARIO(spin_lock) {
  static pthread_spinlock_t lock;
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  const auto add = [] {
    pthread_spin_lock(&lock);
    ++inside;
    pthread_spin_unlock(&lock);
  };
  std::thread other(add);
  add();
  const int result = pthread_spin_trylock(&lock);
  if (result == 0) pthread_spin_unlock(&lock);
  other.join();
  standstill::observe("busy", result == EBUSY);
  standstill::observe("inside", inside);
}

STANDSTILL_SCENARIO(timed_joins) {
  static sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  std::thread other([] { sem_wait(&semaphore); });
  const timespec soon = inSeconds(1);
  standstill::observe("try", pthread_tryjoin_np(other.native_handle(), nullptr) == EBUSY);
  standstill::observe("timed",
                      pthread_timedjoin_np(other.native_handle(), nullptr, &soon) == ETIMEDOUT);
  sem_post(&semaphore);
  other.join();
}

// One is woken, the other is moved and woken there.
STANDSTILL_SCENARIO(futex_requeue) {
  static uint32_t from = 0;
  static uint32_t to = 0;
  const auto futex = [](uint32_t* word, int operation, uint32_t value, uintptr_t moved = 0,
                        uint32_t* target = nullptr, uint32_t compared = 0) {
    return syscall(SYS_futex, word, operation, value, moved, target, compared);
  };
  const auto wait = [&](int thread) {
    futex(&from, FUTEX_WAIT, 0);
    int nobody = 0;
    order.compare_exchange_strong(nobody, thread);
  };
  std::thread one(wait, 1);
  std::thread two(wait, 2);
  sleepFor(1);
  standstill::observe("stale", futex(&from, FUTEX_CMP_REQUEUE, 1, 1, &to, 7) == -1);
  standstill::observe("affected", futex(&from, FUTEX_CMP_REQUEUE, 1, 1, &to, 0));
  sleepFor(1);
  standstill::observe("first", order.load());
  standstill::observe("left", futex(&from, FUTEX_WAKE, 9));
  standstill::observe("moved", futex(&to, FUTEX_WAKE, 9));
  one.join();
  two.join();
}

STANDSTILL_SCENARIO(stop_token) {
  static std::atomic<int> rounds{0};
  {
    std::jthread worker([](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        ++rounds;
        std::this_thread::yield();
      }
    });
  }
  standstill::observe("stopped", 1);
}

STANDSTILL_SCENARIO(random_numbers) {
  std::random_device device;
  unsigned bytes = 0;
  standstill::observe("got", getrandom(&bytes, sizeof bytes, 0));
  standstill::observe("bytes", bytes);
  standstill::observe("device", device());
  standstill::observe("arc4random", arc4random());
  srand(3);
  standstill::observe("rand", rand());
}

STANDSTILL_SCENARIO(raises) {
  raise(SIGCHLD);
  raise(SIGTERM);
}
