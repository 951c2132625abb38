#include "runtime/switch.h"

#include <utility>

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/panic.h"

// These functions install another G than the one they began with: readg, never getg (getg.h).

namespace standstill::rt {

void systemstack(void (*fn)()) {
  systemstackcall([](void* arg) { (*static_cast<void (**)()>(arg))(); }, static_cast<void*>(&fn));
}

void systemstackcall(void (*fn)(void* arg), void* arg) {
  G* gp = readg();
  M* mp = gp->m;
  if (gp == mp->g0) {
    fn(arg);
    return;
  }
  mp->systemfn = fn;
  mp->systemarg = arg;
  setg(mp->g0);
  switchContext(&gp->ctx, &mp->g0->ctx);
}

void mcall(G* (*fn)(G* gp)) {
  G* gp = readg();
  M* mp = gp->m;
  if (gp == mp->g0) throw_("mcall called on m->g0 stack");
  mp->mcallfn = fn;
  setg(mp->g0);
  switchContext(&gp->ctx, &mp->g0->ctx);
}

G* gogo(G* gp) {
  G* g0 = readg();
  M* mp = g0->m;
  for (;;) {
    setg(gp);
    switchContext(&g0->ctx, &gp->ctx);
    if (auto fn = std::exchange(mp->systemfn, nullptr)) {
      fn(mp->systemarg);
      continue;
    }
    if (!gp->stack.guarded && !redzoneintact(gp->stack)) stackoverflow(gp);
    return mp->mcallfn(gp);
  }
}

}  // namespace standstill::rt
