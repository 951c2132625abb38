// A subject in C: pthreads, C11 atomics and C11 threads.
#include <pthread.h>
#include <standstill/scenario.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

static atomic_int count;
static _Thread_local int mine = 3;

static void* add(void* argument) {
  atomic_fetch_add(&count, 1);
  mine += 1;
  return argument;
}

STANDSTILL_SCENARIO(pthreads_in_c) {
  pthread_t thread;
  pthread_create(&thread, NULL, add, NULL);
  atomic_fetch_add(&count, 1);
  pthread_join(thread, NULL);
  standstill_observe("count", atomic_load(&count));
  standstill_observe("mine", mine);
  standstill_observe("text", "in C");
}

static mtx_t mutex;
static cnd_t condition;
static once_flag once = ONCE_FLAG_INIT;
static tss_t slot;
static int ready;

static void initialise(void) { mtx_init(&mutex, mtx_plain); }

static int worker(void* argument) {
  call_once(&once, initialise);
  tss_set(slot, argument);
  mtx_lock(&mutex);
  ready = tss_get(slot) == argument;
  cnd_signal(&condition);
  mtx_unlock(&mutex);
  return 5;
}

STANDSTILL_SCENARIO(threads_in_c) {
  thrd_t thread;
  int result = 0;
  cnd_init(&condition);
  tss_create(&slot, NULL);
  call_once(&once, initialise);
  thrd_create(&thread, worker, &ready);
  mtx_lock(&mutex);
  while (!ready) cnd_wait(&condition, &mutex);
  mtx_unlock(&mutex);
  thrd_yield();
  const struct timespec moment = {1, 0};
  thrd_sleep(&moment, NULL);
  thrd_join(thread, &result);
  standstill_observe("result", result);
  standstill_observe("self", thrd_equal(thrd_current(), thrd_current()) != 0);
}

static void cleanUp(void* argument) { standstill_observe("cleaned up", *(int*)argument); }

static void* leaves(void* argument) {
  pthread_cleanup_push(cleanUp, argument);
  pthread_exit(NULL);
  pthread_cleanup_pop(0);
  return NULL;
}

STANDSTILL_SCENARIO(cleanup_in_c) {
  static int value = 9;
  pthread_t thread;
  pthread_create(&thread, NULL, leaves, &value);
  pthread_join(thread, NULL);
}
