// pthread_create and what belongs to a thread: join, exit, keys, once, thread-local destructors.
#include <pthread.h>

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

#include "checker/interpose/interpose.h"

// Itanium C++ ABI, 3.3.6: no header declares them.
extern "C" int __cxa_thread_atexit(void (*destroy)(void*), void* object, void* library) noexcept;
extern "C" int __cxa_atexit(void (*destroy)(void*), void* object, void* library) noexcept;

using namespace standstill::checker;

namespace {

// A pthread_t of the subject is the thread's number plus one: 0 stays invalid.
pthread_t handleOf(const Thread& thread) { return static_cast<pthread_t>(thread.id) + 1; }
Thread* threadOf(pthread_t handle) { return Engine::instance().find(static_cast<ThreadId>(handle - 1)); }

[[noreturn]] void refuseWhileLoading() {
  constexpr char kText[] = "stw-check: a constructor of the subject creates a thread; move that into a scenario\n";
  if (::write(STDERR_FILENO, kText, sizeof kText - 1) < 0) _exit(2);
  _exit(2);
}

}  // namespace

extern "C" int pthread_create(pthread_t* handle, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  if (!scheduling()) {
    if (inSubject) {
      inSubject = false;
      refuseWhileLoading();
    }
    STANDSTILL_REAL(pthread_create);
    return real(handle, attributes, start, argument);
  }
  EngineScope scope;
  Engine& engine = Engine::instance();
  Step& step = engine.point(Op::threadCreate, nullptr, 0, __builtin_return_address(0));
  int detachState = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &detachState);
  Thread* thread = engine.spawn(start, argument, detachState == PTHREAD_CREATE_DETACHED);
  if (thread == nullptr) return EAGAIN;
  step.after = thread->id;
  *handle = handleOf(*thread);
  return 0;
}

extern "C" int pthread_join(pthread_t handle, void** result) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_join);
    return real(handle, result);
  }
  EngineScope scope;
  Engine& engine = Engine::instance();
  Thread* thread = threadOf(handle);
  if (thread == nullptr || thread->detached) return thread == nullptr ? ESRCH : EINVAL;
  if (thread == &engine.current()) return EDEADLK;
  Step& step = engine.point(Op::threadJoin, nullptr, 0, __builtin_return_address(0),
                            {.kind = WaitCondition::Kind::threadFinished, .thread = thread->id});
  step.after = thread->id;
  if (result != nullptr) *result = thread->result;
  thread->detached = true;  // joined once: the handle is used up
  return 0;
}

extern "C" int pthread_detach(pthread_t handle) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_detach);
    return real(handle);
  }
  Thread* thread = threadOf(handle);
  if (thread == nullptr) return ESRCH;
  if (thread->detached) return EINVAL;
  thread->detached = true;
  return 0;
}

extern "C" pthread_t pthread_self() {
  if (scheduling()) return handleOf(Engine::instance().current());
  STANDSTILL_REAL(pthread_self);
  return real();
}

extern "C" void pthread_exit(void* result) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_exit);
    real(result);
    __builtin_unreachable();
  }
  inSubject = false;
  Engine::instance().exitThread(result);
}

// ---- Keys

namespace {
void*& valueOf(pthread_key_t key) {
  std::vector<void*>& values = Engine::instance().current().keyValues;
  if (values.size() <= key) values.resize(key + 1);
  return values[key];
}
}  // namespace

extern "C" void* pthread_getspecific(pthread_key_t key) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_getspecific);
    return real(key);
  }
  EngineScope scope;
  return valueOf(key);
}

extern "C" int pthread_setspecific(pthread_key_t key, const void* value) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_setspecific);
    return real(key, value);
  }
  EngineScope scope;
  valueOf(key) = const_cast<void*>(value);
  return 0;
}

extern "C" int pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) {
  if (!inSubject) {
    STANDSTILL_REAL(pthread_key_create);
    return real(key, destroy);
  }
  EngineScope scope;
  *key = Engine::instance().newKey(destroy);
  return 0;
}

extern "C" int pthread_key_delete(pthread_key_t key) {
  if (scheduling()) return 0;
  STANDSTILL_REAL(pthread_key_delete);
  return real(key);
}

// ---- Once

extern "C" int pthread_once(pthread_once_t* control, void (*routine)()) {
  if (!scheduling(control)) {
    STANDSTILL_REAL(pthread_once);
    return real(control, routine);
  }
  constexpr int kRunning = 1;
  constexpr int kDone = 2;
  {
    EngineScope scope;
    Step& step = Engine::instance().point(Op::once, control, sizeof *control, __builtin_return_address(0),
                                          {.kind = WaitCondition::Kind::onceDone, .address = reinterpret_cast<uintptr_t>(control)});
    step.before = static_cast<uint64_t>(*control);
    if (*control == kDone) return 0;
    *control = kRunning;
  }
  try {
    routine();
  } catch (...) {
    *control = PTHREAD_ONCE_INIT;  // as std::call_once wants it: the next caller tries again
    throw;
  }
  EngineScope scope;
  Engine::instance().point(Op::once, control, sizeof *control, __builtin_return_address(0));
  *control = kDone;
  return 0;
}

// ---- Destructors of thread_local and static objects

extern "C" int __cxa_thread_atexit(void (*destroy)(void*), void* object, void* library) noexcept {
  if (inSubject && !Engine::instance().running()) return 0;  // the main thread never runs them
  if (!inSubject) {
    STANDSTILL_REAL(__cxa_thread_atexit);
    return real(destroy, object, library);
  }
  EngineScope scope;
  Engine::instance().current().destructors.push_back({destroy, object});
  return 0;
}

// An execution ends without running static destructors: its memory is put back instead.
extern "C" int __cxa_atexit(void (*destroy)(void*), void* object, void* library) noexcept {
  if (inSubject) return 0;
  STANDSTILL_REAL(__cxa_atexit);
  return real(destroy, object, library);
}

extern "C" int sched_yield() {
  if (!scheduling()) {
    STANDSTILL_REAL(sched_yield);
    return real();
  }
  EngineScope scope;
  Engine::instance().point(Op::yield, nullptr, 0, __builtin_return_address(0));
  return 0;
}
