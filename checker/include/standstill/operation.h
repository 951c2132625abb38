/* Operations: what stw-check makes programs of.
 *
 * A library that describes its operations needs no scenarios: the checker generates programs, a
 * list of calls for each thread, runs them under many schedules, and shrinks one that fails.
 *
 *   #include <standstill/operation.h>
 *
 *   static Queue queue;
 *
 *   STANDSTILL_OPERATION(push, STANDSTILL_INT(value, 0, 3)) { queue.push(value); }
 *   STANDSTILL_OPERATION(pop) { standstill::observe("popped", queue.pop()); }
 *   STANDSTILL_FINAL { standstill::observe("size", queue.size()); }
 *
 * A program such as "thread 1: push(2) pop()", "thread 2: pop()" runs as one execution, from the
 * library's initial state: STANDSTILL_SETUP, then the threads, all at once, then, when they have
 * ended, STANDSTILL_FINAL. Operations observe what a caller can see (scenario.h). Each must be
 * callable at any time in any order, or guard itself: what it must not do then, it leaves undone.
 *
 * Works in C11 and C++17. Operations of a library may stand in several files.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <standstill/scenario.h>

#ifdef __cplusplus
#include <type_traits>
extern "C" {
#endif

/* ---- Parameters: what the argument generators draw from. */

/* An int from `low` to `high`, both included. Smaller is simpler: shrinking goes towards `low`. */
#define STANDSTILL_INT(name, low, high) (INT, name, low, high)
/* false or true. */
#define STANDSTILL_BOOL(name) (BOOL, name)
/* One of the constants listed: enumerators, numbers or string literals, all of one type. The first
 * is the simplest. */
#define STANDSTILL_ONE_OF(name, ...) (CHOICE, name, #__VA_ARGS__, __VA_ARGS__)

/* Defines an operation with up to four parameters:
 * STANDSTILL_OPERATION(resize, STANDSTILL_INT(n, 1, 3), STANDSTILL_BOOL(wait)) { ... }. Its name is
 * unique within the library. A build with other operations, or other parameters, is not comparable.
 */
#define STANDSTILL_OPERATION(...) \
  STANDSTILL_CAT(STANDSTILL_OPERATION_, STANDSTILL_COUNT(__VA_ARGS__))(__VA_ARGS__)

/* ---- What surrounds a program; each at most once in a library, all optional. */

/* Runs on the main thread before the operations. */
#define STANDSTILL_SETUP STANDSTILL_HOOK(STANDSTILL_HOOK_SETUP, setup)
/* Runs on the main thread when all of them are done: observes the state left behind. */
#define STANDSTILL_FINAL STANDSTILL_HOOK(STANDSTILL_HOOK_FINAL, final)

/* Runs the workers on something else than a thread each, tasks of a pool or goroutines for example:
 *
 *   STANDSTILL_RUNNER {
 *     Pool pool(2);
 *     for (int worker = 1; worker <= standstill_workers(); ++worker)
 *       pool.submit([=] { standstill_work(worker); });
 *     pool.wait();
 *   }
 *
 * Each worker's list of calls is run once, from its beginning to its end, by standstill_work. */
#define STANDSTILL_RUNNER STANDSTILL_HOOK(STANDSTILL_HOOK_RUNNER, runner)

/* The workers of the program that runs now, numbered from 1; 0 outside of one. */
int standstill_workers(void);
/* Runs that worker's operations on the calling thread. */
void standstill_work(int worker);

/* With a runner: returns the number of the worker that the caller is, 0 if it is none. What is
 * observed then belongs to that worker, whichever thread carried it. Asked in between steps: what
 * it reads is none, and it must not allocate or wait.
 * STANDSTILL_CURRENT_WORKER { return current_task()->number; } */
#define STANDSTILL_CURRENT_WORKER                                                     \
  static int standstill_current_worker(void);                                         \
  __attribute__((constructor)) static void standstill_register_current_worker(void) { \
    standstill_register_current_worker_hook(standstill_current_worker);               \
  }                                                                                   \
  static int standstill_current_worker(void)

/* ---- What the macros are made of; not for use. */

typedef struct standstill_parameter {
  const char* name;
  long long low;
  long long high;
  const char* choices; /* the text of their list, or null for a number */
} standstill_parameter;

enum standstill_hook { STANDSTILL_HOOK_SETUP, STANDSTILL_HOOK_FINAL, STANDSTILL_HOOK_RUNNER };

/* All three are copied. `run` is the runner of a library that has none of its own. */
void standstill_register_operation(const char* name, void (*call)(const long long* arguments),
                                   const standstill_parameter* parameters, size_t count,
                                   void (*run)(void));
void standstill_register_hook(enum standstill_hook hook, void (*body)(void));
void standstill_register_current_worker_hook(int (*body)(void));

/* NOLINTBEGIN(modernize-use-nullptr): this is C, too. */
static inline void* standstill_thread_of_worker(void* worker) {
  standstill_work((int)(intptr_t)worker);
  return NULL;
}

/* A thread for each worker. */
static inline void standstill_run_on_threads(void) {
  enum { kMost = 63 };
  pthread_t threads[kMost];
  const int workers = standstill_workers();
  for (int i = 0; i < workers; ++i)
    pthread_create(&threads[i], NULL, standstill_thread_of_worker, (void*)(intptr_t)(i + 1));
  for (int i = 0; i < workers; ++i) pthread_join(threads[i], NULL);
}
/* NOLINTEND(modernize-use-nullptr) */

#ifdef __cplusplus
}
#endif

#define STANDSTILL_CAT(a, b) STANDSTILL_CAT_(a, b)
#define STANDSTILL_CAT_(a, b) a##b
#define STANDSTILL_COUNT(...) STANDSTILL_COUNT_(__VA_ARGS__, 4, 3, 2, 1, 0, 0)
#define STANDSTILL_COUNT_(name, a, b, c, d, count, ...) count
#define STANDSTILL_FIRST(...) STANDSTILL_FIRST_(__VA_ARGS__, 0)
#define STANDSTILL_FIRST_(first, ...) first

#define STANDSTILL_HOOK(hook, name)                                                  \
  static void standstill_##name(void);                                               \
  __attribute__((constructor)) static void standstill_register_##name##_hook(void) { \
    standstill_register_hook(hook, standstill_##name);                               \
  }                                                                                  \
  static void standstill_##name(void)

#ifdef __cplusplus
#define STANDSTILL_BOOL_TYPE bool
#define STANDSTILL_TYPE(first) std::decay_t<decltype(first)>
#define STANDSTILL_CONSTANT constexpr
#else
#define STANDSTILL_BOOL_TYPE _Bool
#define STANDSTILL_TYPE(first) __typeof__(1 ? (first) : (first))
#define STANDSTILL_CONSTANT const
#endif

/* For each kind of parameter: what stands before the operation, its declaration, its description,
 * and the value of an argument. */
#define STANDSTILL_BEFORE(operation, parameter) \
  STANDSTILL_BEFORE_(operation, STANDSTILL_OPEN parameter)
#define STANDSTILL_BEFORE_(operation, ...) STANDSTILL_BEFORE__(operation, __VA_ARGS__)
#define STANDSTILL_BEFORE__(operation, kind, ...) STANDSTILL_BEFORE_##kind(operation, __VA_ARGS__)
#define STANDSTILL_BEFORE_INT(operation, name, low, high)
#define STANDSTILL_BEFORE_BOOL(operation, name)
#define STANDSTILL_BEFORE_CHOICE(operation, name, text, ...)                \
  static STANDSTILL_CONSTANT STANDSTILL_TYPE(STANDSTILL_FIRST(__VA_ARGS__)) \
      standstill_values_##operation##_##name[] = {__VA_ARGS__};

#define STANDSTILL_DECLARE(parameter) STANDSTILL_DECLARE_ parameter
#define STANDSTILL_DECLARE_(kind, ...) STANDSTILL_DECLARE_##kind(__VA_ARGS__)
#define STANDSTILL_DECLARE_INT(name, low, high) int name
#define STANDSTILL_DECLARE_BOOL(name) STANDSTILL_BOOL_TYPE name
#define STANDSTILL_DECLARE_CHOICE(name, text, ...) \
  STANDSTILL_TYPE(STANDSTILL_FIRST(__VA_ARGS__)) name

#define STANDSTILL_DESCRIBE(operation, parameter) \
  STANDSTILL_DESCRIBE_(operation, STANDSTILL_OPEN parameter)
#define STANDSTILL_DESCRIBE_(operation, ...) STANDSTILL_DESCRIBE__(operation, __VA_ARGS__)
#define STANDSTILL_DESCRIBE__(operation, kind, ...) \
  STANDSTILL_DESCRIBE_##kind(operation, __VA_ARGS__)
#define STANDSTILL_DESCRIBE_INT(operation, name, low, high) {#name, low, high, NULL}
#define STANDSTILL_DESCRIBE_BOOL(operation, name) {#name, 0, 1, "false, true"}
#define STANDSTILL_DESCRIBE_CHOICE(operation, name, text, ...)      \
  {#name, 0,                                                        \
   (long long)(sizeof(standstill_values_##operation##_##name) /     \
               sizeof(standstill_values_##operation##_##name[0])) - \
       1,                                                           \
   text}

#define STANDSTILL_VALUE(operation, parameter, argument) \
  STANDSTILL_VALUE_(operation, argument, STANDSTILL_OPEN parameter)
#define STANDSTILL_VALUE_(operation, argument, ...) \
  STANDSTILL_VALUE__(operation, argument, __VA_ARGS__)
#define STANDSTILL_VALUE__(operation, argument, kind, ...) \
  STANDSTILL_VALUE_##kind(operation, argument, __VA_ARGS__)
#define STANDSTILL_VALUE_INT(operation, argument, name, low, high) (int)(argument)
#define STANDSTILL_VALUE_BOOL(operation, argument, name) (argument) != 0
#define STANDSTILL_VALUE_CHOICE(operation, argument, name, text, ...) \
  standstill_values_##operation##_##name[argument]

#define STANDSTILL_OPEN(...) __VA_ARGS__

/* By the number of parameters. `declarations`, `values` and `descriptions` are in parentheses. */
#define STANDSTILL_DEFINE(operation, declarations, values, descriptions, count)               \
  static void standstill_operation_##operation declarations;                                  \
  static void standstill_call_##operation(const long long* arguments) {                       \
    (void)arguments;                                                                          \
    standstill_operation_##operation values;                                                  \
  }                                                                                           \
  __attribute__((constructor)) static void standstill_register_operation_##operation(void) {  \
    const standstill_parameter parameters[] = {STANDSTILL_OPEN descriptions};                 \
    standstill_register_operation(#operation, standstill_call_##operation, parameters, count, \
                                  standstill_run_on_threads);                                 \
  }                                                                                           \
  static void standstill_operation_##operation declarations

#define STANDSTILL_OPERATION_0(o) STANDSTILL_DEFINE(o, (void), (), ({NULL, 0, 0, NULL}), 0)
#define STANDSTILL_OPERATION_1(o, a)                                                    \
  STANDSTILL_BEFORE(o, a)                                                               \
  STANDSTILL_DEFINE(o, (STANDSTILL_DECLARE(a)), (STANDSTILL_VALUE(o, a, arguments[0])), \
                    (STANDSTILL_DESCRIBE(o, a)), 1)
#define STANDSTILL_OPERATION_2(o, a, b)                                                           \
  STANDSTILL_BEFORE(o, a)                                                                         \
  STANDSTILL_BEFORE(o, b)                                                                         \
  STANDSTILL_DEFINE(o, (STANDSTILL_DECLARE(a), STANDSTILL_DECLARE(b)),                            \
                    (STANDSTILL_VALUE(o, a, arguments[0]), STANDSTILL_VALUE(o, b, arguments[1])), \
                    (STANDSTILL_DESCRIBE(o, a), STANDSTILL_DESCRIBE(o, b)), 2)
#define STANDSTILL_OPERATION_3(o, a, b, c)                                         \
  STANDSTILL_BEFORE(o, a)                                                          \
  STANDSTILL_BEFORE(o, b)                                                          \
  STANDSTILL_BEFORE(o, c)                                                          \
  STANDSTILL_DEFINE(                                                               \
      o, (STANDSTILL_DECLARE(a), STANDSTILL_DECLARE(b), STANDSTILL_DECLARE(c)),    \
      (STANDSTILL_VALUE(o, a, arguments[0]), STANDSTILL_VALUE(o, b, arguments[1]), \
       STANDSTILL_VALUE(o, c, arguments[2])),                                      \
      (STANDSTILL_DESCRIBE(o, a), STANDSTILL_DESCRIBE(o, b), STANDSTILL_DESCRIBE(o, c)), 3)
#define STANDSTILL_OPERATION_4(o, a, b, c, d)                                                     \
  STANDSTILL_BEFORE(o, a)                                                                         \
  STANDSTILL_BEFORE(o, b)                                                                         \
  STANDSTILL_BEFORE(o, c)                                                                         \
  STANDSTILL_BEFORE(o, d)                                                                         \
  STANDSTILL_DEFINE(o,                                                                            \
                    (STANDSTILL_DECLARE(a), STANDSTILL_DECLARE(b), STANDSTILL_DECLARE(c),         \
                     STANDSTILL_DECLARE(d)),                                                      \
                    (STANDSTILL_VALUE(o, a, arguments[0]), STANDSTILL_VALUE(o, b, arguments[1]),  \
                     STANDSTILL_VALUE(o, c, arguments[2]), STANDSTILL_VALUE(o, d, arguments[3])), \
                    (STANDSTILL_DESCRIBE(o, a), STANDSTILL_DESCRIBE(o, b),                        \
                     STANDSTILL_DESCRIBE(o, c), STANDSTILL_DESCRIBE(o, d)),                       \
                    4)
