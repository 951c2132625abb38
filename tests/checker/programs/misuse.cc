// Errors in the use of synchronisation, one in each scenario.
#include <pthread.h>
#include <semaphore.h>
#include <standstill/scenario.h>

#include <thread>

namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t another = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t spin;
sem_t semaphore;
pthread_barrier_t barrier;

void sleepFor(time_t seconds) {
  const timespec time{seconds, 0};
  nanosleep(&time, nullptr);
}

}  // namespace

STANDSTILL_SCENARIO(mutex_destroyed_while_held) {
  pthread_mutex_lock(&mutex);
  pthread_mutex_destroy(&mutex);
}
STANDSTILL_SCENARIO(mutex_unlocked_after_destroy) {
  pthread_mutex_destroy(&mutex);
  pthread_mutex_unlock(&mutex);
}
STANDSTILL_SCENARIO(condition_destroyed_with_a_waiter) {
  std::thread([] {
    pthread_mutex_lock(&mutex);
    pthread_cond_wait(&condition, &mutex);
  }).detach();
  sleepFor(1);
  pthread_cond_destroy(&condition);
}
// The waiter is on its way: this is allowed.
STANDSTILL_SCENARIO(condition_destroyed_after_broadcast) {
  std::thread waiter([] {
    pthread_mutex_lock(&mutex);
    pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
  });
  sleepFor(1);
  pthread_cond_broadcast(&condition);
  pthread_cond_destroy(&condition);
  waiter.join();
}
STANDSTILL_SCENARIO(condition_used_after_destroy) {
  pthread_cond_destroy(&condition);
  pthread_cond_signal(&condition);
}
STANDSTILL_SCENARIO(condition_with_two_mutexes) {
  std::thread([] {
    pthread_mutex_lock(&another);
    pthread_cond_wait(&condition, &another);
  }).detach();
  sleepFor(1);
  pthread_mutex_lock(&mutex);
  pthread_cond_wait(&condition, &mutex);
}
STANDSTILL_SCENARIO(rwlock_unlocked_by_another) {
  pthread_rwlock_rdlock(&rwlock);
  std::thread([] { pthread_rwlock_unlock(&rwlock); }).join();
}
STANDSTILL_SCENARIO(rwlock_destroyed_while_held) {
  pthread_rwlock_rdlock(&rwlock);
  pthread_rwlock_destroy(&rwlock);
}
STANDSTILL_SCENARIO(rwlock_used_after_destroy) {
  pthread_rwlock_destroy(&rwlock);
  pthread_rwlock_wrlock(&rwlock);
}
STANDSTILL_SCENARIO(spin_unlocked_by_another) {
  pthread_spin_init(&spin, 0);
  pthread_spin_lock(&spin);
  std::thread([] { pthread_spin_unlock(&spin); }).join();
}
STANDSTILL_SCENARIO(semaphore_destroyed_with_a_waiter) {
  sem_init(&semaphore, 0, 0);
  std::thread([] { sem_wait(&semaphore); }).detach();
  sem_destroy(&semaphore);
}
STANDSTILL_SCENARIO(mutex_destroyed_beside_a_lock) {
  std::thread([] {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
  }).detach();
  pthread_mutex_destroy(&mutex);
}
STANDSTILL_SCENARIO(condition_destroyed_beside_a_signal) {
  std::thread([] { pthread_cond_signal(&condition); }).detach();
  pthread_cond_destroy(&condition);
}
STANDSTILL_SCENARIO(rwlock_destroyed_beside_a_lock) {
  std::thread([] { pthread_rwlock_rdlock(&rwlock); }).detach();
  pthread_rwlock_destroy(&rwlock);
}
STANDSTILL_SCENARIO(joined_by_two) {
  std::thread one([] {});
  const pthread_t handle = one.native_handle();
  std::thread two([handle] { pthread_join(handle, nullptr); });
  pthread_join(handle, nullptr);
  two.join();
  one.detach();
}
STANDSTILL_SCENARIO(barrier_destroyed_with_a_waiter) {
  pthread_barrier_init(&barrier, nullptr, 2);
  std::thread([] { pthread_barrier_wait(&barrier); }).detach();
  sleepFor(1);
  pthread_barrier_destroy(&barrier);
}
STANDSTILL_SCENARIO(barrier_used_after_destroy) {
  pthread_barrier_init(&barrier, nullptr, 1);
  pthread_barrier_destroy(&barrier);
  pthread_barrier_wait(&barrier);
}

// Nothing wrong: init, use, destroy, init again.
STANDSTILL_SCENARIO(used_again_after_init) {
  for (int i = 0; i < 2; ++i) {
    pthread_mutex_init(&mutex, nullptr);
    pthread_cond_init(&condition, nullptr);
    pthread_rwlock_init(&rwlock, nullptr);
    pthread_barrier_init(&barrier, nullptr, 1);
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&condition);
    pthread_rwlock_rdlock(&rwlock);
    pthread_barrier_wait(&barrier);
    pthread_rwlock_unlock(&rwlock);
    pthread_mutex_unlock(&mutex);
    pthread_barrier_destroy(&barrier);
    pthread_rwlock_destroy(&rwlock);
    pthread_cond_destroy(&condition);
    pthread_mutex_destroy(&mutex);
  }
}
