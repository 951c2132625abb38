#include "checker/subjects/left_behind.h"

#include <standstill/scenario.h>

#include <algorithm>

#include "checker/subjects/look.h"
#include "runtime/api.h"
#include "runtime/observe.h"
#include "runtime/trace.h"

namespace rt = standstill::rt;

namespace {

std::string statusOfPs() {
  constexpr const char* kNames[] = {"idle", "running", "syscall", "gcstop", "dead"};
  constexpr int kMost = 8;
  std::string text;
  for (int id = 0; id < kMost; ++id) {
    const uint32_t status = rt::pstatus(id);
    if (status == rt::Pdead) break;
    text += std::string(text.empty() ? "" : " ") + kNames[std::min(status, rt::Pdead)];
  }
  return text;
}

}  // namespace

std::string remarkableMs() {
  constexpr int kMost = 16;
  rt::MState states[kMost];
  const int n = rt::mstates(states, kMost);
  std::string text;
  for (int i = n - 1; i >= 0; --i) {  // the oldest first
    const rt::MState& m = states[i];
    std::string what;
    if (m.preemptoff[0] != '\0') what += std::string(" preemptoff=") + m.preemptoff;
    if (m.locks != 0) what += " locks=" + std::to_string(m.locks);
    if (m.spinning) what += " spinning";
    if (m.locked) what += " locked";
    if (!what.empty()) text += (text.empty() ? "M" : ", M") + std::to_string(m.id) + what;
  }
  return text;
}

void observeStateLeftBehind() {
  standstill::observe("preemptoff", rt::currentPreemptoff());
  standstill::observe("locks", rt::currentLocks());
  standstill::observe("gcwaiting", rt::gcwaiting());
  standstill::observe("stopwait", rt::stopwait());
  standstill::observe("worldsema", rt::worldsemaValue());
  // Released and acquired once for each trace, so that it is 0 unless something is wrong.
  if (const uint32_t left = peek(rt::trace.shutdownSema); left != 0)
    standstill::observe("shutdownSema", left);
  standstill::observe("Ps", statusOfPs());
  standstill::observe("Ms", remarkableMs());
  standstill::observe("asleep on semaphores", rt::semawaiters());
}
