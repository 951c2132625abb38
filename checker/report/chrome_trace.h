// A difference as a trace that Perfetto (ui.perfetto.dev) and chrome://tracing open.
//
// Format: Chrome's Trace Event Format, JSON object form. The builds are two processes. Each has a
// track for each thread, one for the windows and one for each thing that threads worked on. A step
// takes ten microseconds, so that step n is at n * 10 in both.
#pragma once

#include <string>

#include "checker/report/timeline.h"

namespace standstill::checker {

std::string chromeTrace(const Timeline& timeline);

}  // namespace standstill::checker
