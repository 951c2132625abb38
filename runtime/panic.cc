#include "runtime/panic.h"

#include <cstdlib>

#include <unistd.h>

#include "runtime/os.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

// One write, so that the lines of two threads that die together do not mix.
void writeFatal(const char* text) {
  char line[256];
  size_t n = 0;
  for (const char* part : {"fatal error: ", text}) {
    while (*part != '\0' && n < sizeof(line) - 1) line[n++] = *part++;
  }
  line[n++] = '\n';
  // Nothing can be done about a closed stderr here.
  [[maybe_unused]] ssize_t written = write(2, line, n);
}

}  // namespace

void throw_(const char* text) {
  writeFatal(text);
  freezetheworld();
  std::abort();
}

void freezetheworld() {
  // The request is repeated: it is best-effort, and an M that is just about to start a goroutine
  // does not see it.
  for (int i = 0; i < 5; i++) {
    sched.stopwait = kFreezeStopWait;
    sched.gcwaiting = true;
    if (!preemptall()) break;
    usleep(1000);
  }
  usleep(1000);
  preemptall();
  usleep(1000);
}

}  // namespace standstill::rt
