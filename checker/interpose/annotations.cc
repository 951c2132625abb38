// What a program says of its own synchronisation and its own races: ThreadSanitizer's dynamic
// annotations and the functions of <sanitizer/tsan_interface.h> that are like them.
//
// Where nobody looks for races they say nothing. None is a scheduling point: the steps are those of
// the code that is annotated. Happens-before edges have a clock of their own beside that of atomics
// on the same address, since a relaxed store ends what was released by the latter.
//
// Races that the program exempts are not reported; a search that meets one does not call itself
// exhaustive, as plain accesses are no scheduling points. Tests: tests/checker/annotation_test.cc.
#include "checker/interpose/annotations.h"

#include <pthread.h>

#include <cerrno>

using namespace standstill::checker;

namespace standstill::checker {

void annotateAcquire(const volatile void* object) {
  happensAfter(object);
  happensAfter(annotatedClock(object));
}
void annotateRelease(const volatile void* object) {
  happensBefore(object);
  happensBefore(annotatedClock(object));
}

}  // namespace standstill::checker

namespace {

using Ignored = RaceDetector::Ignored;

void ignore(Ignored what, bool begins, const char* name, void* caller) {
  if (!detectRaces || !inSubject) return;
  EngineScope scope;
  if (!RaceDetector::instance().ignore(Engine::instance().current().id, what, begins))
    misuse(std::string(name) + " without its beginning", nullptr, caller);
}

void exempt(const volatile void* address, size_t size) {
  if (!inSubject) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  if (!engine.running()) return engine.exemptRaces(addressOf(address), size);
  if (detectRaces) RaceDetector::instance().exempt(addressOf(address), size);
}

}  // namespace

// ---- Order

extern "C" void __tsan_acquire(void* object) {
  if (!detectRaces || !inSubject) return;
  EngineScope scope;
  annotateAcquire(object);
}
extern "C" void __tsan_release(void* object) {
  if (!detectRaces || !inSubject) return;
  EngineScope scope;
  annotateRelease(object);
}

// The prefixes by which code of different origins calls them; `file` and `line` say where the
// annotation is.
#define STANDSTILL_ORDER(PREFIX)                                                          \
  extern "C" void PREFIX##HappensBefore(const char*, int, const volatile void* object) {  \
    __tsan_release(const_cast<void*>(object));                                            \
  }                                                                                       \
  extern "C" void PREFIX##HappensAfter(const char*, int, const volatile void* object) {   \
    __tsan_acquire(const_cast<void*>(object));                                            \
  }                                                                                       \
  extern "C" void PREFIX##BenignRaceSized(const char*, int, const volatile void* address, \
                                          size_t size, const char*) {                     \
    exempt(address, size);                                                                \
  }
STANDSTILL_ORDER(Annotate)
STANDSTILL_ORDER(WTFAnnotate)

// ---- Races

extern "C" void AnnotateBenignRace(const char*, int, const volatile void* address, const char*) {
  exempt(address, 1);
}
extern "C" void AnnotateExpectRace(const char*, int, const volatile void* address, const char*) {
  exempt(address, 1);
}

#define STANDSTILL_IGNORE(What, what)                                   \
  extern "C" void AnnotateIgnore##What##Begin(const char*, int) {       \
    ignore(Ignored::what, true, "", CALLER);                            \
  }                                                                     \
  extern "C" void AnnotateIgnore##What##End(const char*, int) {         \
    ignore(Ignored::what, false, "AnnotateIgnore" #What "End", CALLER); \
  }
STANDSTILL_IGNORE(Reads, reads)
STANDSTILL_IGNORE(Writes, writes)
STANDSTILL_IGNORE(Sync, synchronisation)

extern "C" void __tsan_ignore_thread_begin() {
  ignore(Ignored::reads, true, "", CALLER);
  ignore(Ignored::writes, true, "", CALLER);
}
extern "C" void __tsan_ignore_thread_end() {
  ignore(Ignored::reads, false, "__tsan_ignore_thread_end", CALLER);
  ignore(Ignored::writes, false, "__tsan_ignore_thread_end", CALLER);
}

extern "C" void AnnotateEnableRaceDetection(const char*, int, int enable) {
  if (!detectRaces || !inSubject) return;
  EngineScope scope;
  RaceDetector::instance().enable(enable != 0);
}

// ---- Memory

extern "C" void AnnotateNewMemory(const char*, int, const volatile void* address, size_t size) {
  if (!detectRaces || !inSubject) return;
  EngineScope scope;
  RaceDetector::instance().allocated(addressOf(address), size);
}

// An access that code makes on behalf of the program, in an object that only it knows.
extern "C" void __tsan_external_read(void* address, void* caller, void*) {
  if (detectRaces && inSubject) noteAccess(address, 1, kRead, caller);
}
extern "C" void __tsan_external_write(void* address, void* caller, void*) {
  if (detectRaces && inSubject) noteAccess(address, 1, kWrite, caller);
}

// ---- Names

extern "C" void AnnotateThreadName(const char*, int, const char* name) {
  if (scheduling()) pthread_setname_np(pthread_self(), name);
}

// ---- What has no meaning here: other tools', or a claim that does not order anything by itself
// (ThreadSanitizer ignores these, too). A notification orders nothing, as everywhere.

#define STANDSTILL_NOTHING(name, ...) \
  extern "C" void name(__VA_ARGS__) {}
STANDSTILL_NOTHING(AnnotateCondVarSignal, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotateCondVarSignalAll, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotateCondVarWait, const char*, int, const volatile void*,
                   const volatile void*)
STANDSTILL_NOTHING(AnnotateMutexIsNotPHB, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotateMutexIsUsedAsCondVar, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotatePCQCreate, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotatePCQDestroy, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotatePCQPut, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotatePCQGet, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotatePublishMemoryRange, const char*, int, const volatile void*, size_t)
STANDSTILL_NOTHING(AnnotateUnpublishMemoryRange, const char*, int, const volatile void*, size_t)
STANDSTILL_NOTHING(AnnotateTraceMemory, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotateFlushState, const char*, int)
STANDSTILL_NOTHING(AnnotateFlushExpectedRaces, const char*, int)
STANDSTILL_NOTHING(AnnotateNoOp, const char*, int, const volatile void*)
STANDSTILL_NOTHING(AnnotateMemoryIsInitialized, const char*, int, const volatile void*, size_t)
STANDSTILL_NOTHING(AnnotateMemoryIsUninitialized, const char*, int, const volatile void*, size_t)
STANDSTILL_NOTHING(__tsan_flush_memory)
STANDSTILL_NOTHING(__tsan_external_register_header, void*, const char*)
STANDSTILL_NOTHING(__tsan_external_assign_tag, void*, void*)
extern "C" void* __tsan_external_register_tag(const char* name) { return const_cast<char*>(name); }

extern "C" int RunningOnValgrind() { return 0; }
extern "C" double ValgrindSlowdown() { return 10.0; }

// No report exists while the program runs.
#define STANDSTILL_NO_REPORT(what) \
  extern "C" int __tsan_get_report_##what() { return 0; }
STANDSTILL_NO_REPORT(data)
STANDSTILL_NO_REPORT(tag)
STANDSTILL_NO_REPORT(stack)
STANDSTILL_NO_REPORT(mop)
STANDSTILL_NO_REPORT(mop_external_tag)
STANDSTILL_NO_REPORT(loc)
STANDSTILL_NO_REPORT(loc_object_type)
STANDSTILL_NO_REPORT(mutex)
STANDSTILL_NO_REPORT(thread)
STANDSTILL_NO_REPORT(unique_tid)
extern "C" void* __tsan_get_current_report() { return nullptr; }
