// Operations that trace. A trace ends only when it has been read: so each gets a reader, which
// observes it.
#include <standstill/operation.h>

#include <atomic>

#include "checker/subjects/operations.h"
#include "checker/subjects/trace_text.h"

namespace rt = standstill::rt;

namespace {

std::atomic<bool> traced{false};  // there was a trace, which may be on

}  // namespace

STANDSTILL_OPERATION(start_trace) {
  const char* error = rt::StartTrace();
  standstill::observe("error", error == nullptr ? "" : error);
  if (error == nullptr) {
    traced = true;
    companions::start([] { standstill::observe("trace", eventsIn(readTrace())); }, "reader");
  }
  observeLeftOnM();
}

STANDSTILL_OPERATION(stop_trace) {
  rt::StopTrace();
  observeLeftOnM();
}

void endTrace() {
  if (traced) rt::StopTrace();
}
