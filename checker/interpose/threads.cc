// pthread_create and what belongs to a thread: join, exit, keys, once, thread-local destructors.
#include <pthread.h>
#include <unistd.h>
#include <unwind.h>

#include <cerrno>
#include <csetjmp>
#include <cstdlib>

#include "checker/interpose/interpose.h"

// Itanium C++ ABI, 3.3.6: no header declares them.
extern "C" int __cxa_thread_atexit(void (*destroy)(void*), void* object, void* library) noexcept;
extern "C" int __cxa_atexit(void (*destroy)(void*), void* object, void* library) noexcept;
extern "C" void __pthread_register_cancel(__pthread_unwind_buf_t* buffer);
extern "C" void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer);
extern "C" [[noreturn]] void __pthread_unwind_next(__pthread_unwind_buf_t* buffer);

using namespace standstill::checker;

namespace {

// A pthread_t of the subject is the thread's number plus one: 0 stays invalid.
pthread_t handleOf(const Thread& thread) { return static_cast<pthread_t>(thread.id) + 1; }
Thread* threadOf(pthread_t handle) {
  return Engine::instance().find(static_cast<ThreadId>(handle - 1));
}

// Calls, frame by frame, what is to be cleaned up on the way out: destructors in C++, and in C the
// handlers of pthread_cleanup_push, which the C library keeps in a list of setjmp buffers (see
// __pthread_register_cancel below).
_Unwind_Reason_Code atFrame(int, _Unwind_Action actions, _Unwind_Exception_Class,
                            _Unwind_Exception*, _Unwind_Context*, void*) {
  if ((actions & _UA_END_OF_STACK) == 0) return _URC_NO_REASON;
  inSubject = false;
  Thread& thread = Engine::instance().current();
  Engine::instance().exitThread(thread.result);
}

[[noreturn]] void unwind(Thread& thread) {
  if (thread.cleanup != nullptr) {
    auto* buffer = static_cast<__pthread_unwind_buf_t*>(thread.cleanup);
    thread.cleanup = buffer->__pad[0];
    longjmp(reinterpret_cast<__jmp_buf_tag*>(buffer->__cancel_jmp_buf), 1);
  }
  // In the thread's record: nobody else may hold it while the frames go.
  auto* unwinding = reinterpret_cast<_Unwind_Exception*>(thread.unwinding);
  *unwinding = {};
  _Unwind_ForcedUnwind(unwinding, atFrame, nullptr);
  inSubject = false;  // the end of the stack was not recognised, but it was reached
  Engine::instance().exitThread(thread.result);
}

[[noreturn]] void leaveThread(void* result) {
  Thread& thread = Engine::instance().current();
  thread.result = result;
  unwind(thread);
}

[[noreturn]] void refuseWhileLoading() {
  constexpr char kText[] =
      "stw-check: a constructor of the subject creates a thread; move that into a scenario\n";
  if (::write(STDERR_FILENO, kText, sizeof kText - 1) < 0) _exit(2);
  _exit(2);
}

}  // namespace

extern "C" int pthread_create(pthread_t* handle, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  if (!scheduling()) {
    if (inSubject) {
      inSubject = false;
      refuseWhileLoading();
    }
    STANDSTILL_REAL(pthread_create);
    return real(handle, attributes, start, argument);
  }
  *handle = 0;  // a bad pointer is the subject's fault: found out here
  EngineScope scope;
  Engine& engine = Engine::instance();
  Step& step = engine.point(Op::threadCreate, nullptr, 0, CALLER);
  int detachState = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &detachState);
  // Our limit, not one that the subject should ever meet as an error.
  if (engine.threadCount() == kMaxThreads) unsupported("more than 64 threads in one execution");
  const Thread& thread = engine.spawn(start, argument, detachState == PTHREAD_CREATE_DETACHED);
  step.after = thread.id;
  *handle = handleOf(thread);
  return 0;
}

namespace {

// Joins `thread`, or gives up at the deadline; `waits` is false for a mere try.
int join(pthread_t handle, void** result, bool waits, int64_t deadline, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  Thread* thread = threadOf(handle);
  if (thread == nullptr) return ESRCH;
  if (thread->detached) return EINVAL;
  if (thread == &engine.current()) return EDEADLK;
  WaitCondition wait;
  if (waits)
    wait = {
        .kind = WaitCondition::Kind::threadFinished, .thread = thread->id, .deadline = deadline};
  Step& step = engine.point(waits ? Op::threadJoin : Op::threadTryJoin,
                            Engine::exitObject(thread->id), 0, caller, wait);
  step.after = thread->id;
  if (!thread->finished) return static_cast<int>(step.before = waits ? ETIMEDOUT : EBUSY);
  if (thread->joined) {
    misuse("join of thread " + std::to_string(thread->id) + ", which was joined before", nullptr,
           caller);
  }
  if (detectRaces) RaceDetector::instance().joined(engine.current().id, thread->id);
  if (result != nullptr) *result = thread->result;
  thread->joined = true;
  return 0;
}

}  // namespace

#define STANDSTILL_JOIN(function, PARAMETERS, ARGUMENTS, waits, deadline)   \
  extern "C" int function PARAMETERS {                                      \
    if (scheduling()) return join(handle, result, waits, deadline, CALLER); \
    STANDSTILL_REAL(function);                                              \
    return real ARGUMENTS;                                                  \
  }
STANDSTILL_JOIN(pthread_join, (pthread_t handle, void** result), (handle, result), true,
                WaitCondition::kNever)
STANDSTILL_JOIN(pthread_tryjoin_np, (pthread_t handle, void** result), (handle, result), false,
                WaitCondition::kNever)
STANDSTILL_JOIN(pthread_timedjoin_np, (pthread_t handle, void** result, const timespec* time),
                (handle, result, time), true, nanosecondsOf(*time))
STANDSTILL_JOIN(pthread_clockjoin_np,
                (pthread_t handle, void** result, clockid_t clock, const timespec* time),
                (handle, result, clock, time), true, nanosecondsOf(*time))

extern "C" int pthread_detach(pthread_t handle) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_detach);
    return real(handle);
  }
  Thread* thread = threadOf(handle);
  if (thread == nullptr) return ESRCH;
  if (thread->detached || thread->joined) return EINVAL;
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
  leaveThread(result);
}

// What pthread_cleanup_push and pop of <pthread.h> call in C; no header declares them for others.
// The buffer's __pad is the C library's to use.
extern "C" void __pthread_register_cancel(__pthread_unwind_buf_t* buffer) {
  if (!scheduling()) {
    STANDSTILL_REAL(__pthread_register_cancel);
    real(buffer);
    return;
  }
  Thread& thread = Engine::instance().current();
  buffer->__pad[0] = thread.cleanup;
  thread.cleanup = buffer;
}

extern "C" void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer) {
  if (!scheduling()) {
    STANDSTILL_REAL(__pthread_unregister_cancel);
    real(buffer);
    return;
  }
  Engine::instance().current().cleanup = buffer->__pad[0];
}

// Called after a handler has run.
extern "C" void __pthread_unwind_next(__pthread_unwind_buf_t* buffer) {
  if (!scheduling()) {
    STANDSTILL_REAL(__pthread_unwind_next);
    real(buffer);
    __builtin_unreachable();
  }
  unwind(Engine::instance().current());
}

// ---- Cancellation: nobody can be cancelled, so whether one allows it makes no difference.

extern "C" int pthread_setcancelstate(int state, int* old) {
  if (scheduling()) {
    if (old != nullptr) *old = PTHREAD_CANCEL_ENABLE;
    return 0;
  }
  STANDSTILL_REAL(pthread_setcancelstate);
  return real(state, old);
}
extern "C" int pthread_setcanceltype(int type, int* old) {
  if (scheduling()) {
    if (old != nullptr) *old = PTHREAD_CANCEL_DEFERRED;
    return 0;
  }
  STANDSTILL_REAL(pthread_setcanceltype);
  return real(type, old);
}
extern "C" void pthread_testcancel() {
  if (scheduling()) return;
  STANDSTILL_REAL(pthread_testcancel);
  real();
}

// ---- Names, priorities, processors: hints that change nothing here. The C library would take our
// handles for addresses.

#define STANDSTILL_HINT(function, PARAMETERS, ARGUMENTS) \
  extern "C" int function PARAMETERS {                   \
    if (scheduling()) return 0;                          \
    STANDSTILL_REAL(function);                           \
    return real ARGUMENTS;                               \
  }

STANDSTILL_HINT(pthread_setname_np, (pthread_t thread, const char* name), (thread, name))
STANDSTILL_HINT(pthread_setaffinity_np, (pthread_t thread, size_t size, const cpu_set_t* set),
                (thread, size, set))
STANDSTILL_HINT(pthread_setschedparam,
                (pthread_t thread, int policy, const sched_param* parameters),
                (thread, policy, parameters))
STANDSTILL_HINT(pthread_setschedprio, (pthread_t thread, int priority), (thread, priority))

// ---- Keys

extern "C" void* pthread_getspecific(pthread_key_t key) {
  if (!inSubject) {
    STANDSTILL_REAL(pthread_getspecific);
    return real(key);
  }
  EngineScope scope;
  void** value = Engine::instance().keyValue(key);
  return value == nullptr ? nullptr : *value;
}

extern "C" int pthread_setspecific(pthread_key_t key, const void* value) {
  if (!inSubject) {
    STANDSTILL_REAL(pthread_setspecific);
    return real(key, value);
  }
  EngineScope scope;
  void** place = Engine::instance().keyValue(key);
  if (place == nullptr) return EINVAL;
  *place = const_cast<void*>(value);
  return 0;
}

extern "C" int pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) {
  if (!inSubject) {
    STANDSTILL_REAL(pthread_key_create);
    return real(key, destroy);
  }
  EngineScope scope;
  Engine& engine = Engine::instance();
  // A place that is not the subject's is a variable of some library: std::promise's for the ends of
  // threads, say.
  const bool isSystems = engine.running() && !engine.owns(reinterpret_cast<uintptr_t>(key));
  *key = isSystems ? engine.newSystemKey(destroy) : engine.newKey(destroy);
  return 0;
}

extern "C" int pthread_key_delete(pthread_key_t key) {
  if (inSubject) return Engine::instance().deleteKey(key) ? 0 : EINVAL;
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
    Step& step = Engine::instance().point(
        Op::once, control, sizeof *control, CALLER,
        {.kind = WaitCondition::Kind::onceDone, .address = reinterpret_cast<uintptr_t>(control)});
    step.before = static_cast<uint64_t>(*control);
    step.after = kDone;
    happensAfter(control);
    if (*control == kDone) return 0;
    step.after = kRunning;
    *control = kRunning;
  }
  const auto end = [control, caller = CALLER](int state) {
    EngineScope scope;
    Step& step = Engine::instance().point(Op::once, control, sizeof *control, caller);
    step.before = kRunning;
    step.after = static_cast<uint64_t>(state);
    *control = state;
    happensBefore(control);
  };
  try {
    routine();
  } catch (...) {
    end(PTHREAD_ONCE_INIT);  // as std::call_once wants it: the next caller tries again
    throw;
  }
  end(kDone);
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
  Engine::instance().point(Op::yield, nullptr, 0, CALLER);
  return 0;
}
