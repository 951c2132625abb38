#include "proc1.h"
#include "stop_the_world.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"
#include "runtime/traceback.h"

namespace standstill::rt {

size_t Stack(char* buf, size_t len, bool all) {
  if (all) {
    stopTheWorld("stack trace");
  }

  size_t n = 0;
  if (len > 0) {
    G* gp = getg();
    systemstack([&] {
      TextBuf out(buf, len);
      goroutineheader(&out, gp);
      traceback(&out, gp);
      if (all) {
        tracebackothers(&out, gp);
      }
      n = out.size();
    });
  }

  if (all) {
    startTheWorld();
  }
  return n;
}

}  // namespace standstill::rt
