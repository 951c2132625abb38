#include "checker/subjects/left_behind.h"

#include <standstill/scenario.h>

#include <string>

#include "runtime/api.h"

void observeStateLeftBehind() {
  namespace rt = standstill::rt;
  standstill::observe("preemptoff", rt::currentPreemptoff());
  standstill::observe("locks", rt::currentLocks());
  standstill::observe("gcwaiting", rt::gcwaiting());
  standstill::observe("worldsema", rt::worldsemaValue());
}
