#include "runtime/mbarrier.h"

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/mgcmark.h"
#include "runtime/panic.h"

namespace standstill::rt {

void shadePointer(void* p) {
  // The caller is not preempted before this returns: there is no safepoint on the way.
  P* pp = getg()->m->p;
  if (getg()->m->mcache == nullptr) throw_("write barrier without a P");
  shade(p, &pp->gcw);
}

}  // namespace standstill::rt
