#include "checker/subjects/look.h"

#include "runtime/gmp.h"
#include "runtime/sched.h"
#include "runtime/trace.h"

namespace rt = standstill::rt;

// Each field is a word that is valid at any time, whoever owns it.
[[clang::no_sanitize("thread")]] std::string look() {
  std::string seen = std::to_string(peek(rt::sched.nstart)) + " starts, worldsema " +
                     std::to_string(peek(rt::worldsema));
  if (peek(rt::sched.gcwaiting))
    seen += ", waiting for " + std::to_string(peek(rt::sched.stopwait));
  for (const rt::M* mp = rt::sched.allm; mp != nullptr; mp = mp->alllink) {
    if (mp->preemptoff[0] != '\0') seen += ", " + std::string(mp->preemptoff);
    if (mp->locks != 0)
      seen += ", M" + std::to_string(mp->id) + " locks " + std::to_string(mp->locks);
  }
  return seen;
}

// As above.
[[clang::no_sanitize("thread")]] std::string lookAtTracer() {
  std::string seen = "trace";
  if (rt::trace.enabled) seen += " on";
  if (rt::trace.shutdown) seen += " ending";
  if (peek(rt::trace.bufLock.key) != 0) seen += ", locked";
  if (rt::allp[0]->tracebuf != nullptr) seen += ", events";
  if (rt::trace.fullHead != nullptr) seen += ", to be read";
  if (rt::trace.headerWritten) seen += ", begun to be read";
  return seen;
}
