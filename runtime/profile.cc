#include "runtime/profile.h"

#include "runtime/gmp.h"

namespace standstill::rt {

void saveg(G* gp, StackRecord* r) {
  r->pc[0] = reinterpret_cast<uintptr_t>(gp->entry.run);
  r->pc[1] = 0;
}

}  // namespace standstill::rt
