#include "runtime/panic.h"

#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "runtime/os.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

// One write, so that the lines of two threads that die together do not mix.
void writeFatal(const char* text) {
  char line[256];
  const char prefix[] = "fatal error: ";
  size_t n = sizeof(prefix) - 1;
  std::memcpy(line, prefix, n);
  size_t len = std::strlen(text);
  if (len > sizeof(line) - n - 1) len = sizeof(line) - n - 1;
  std::memcpy(line + n, text, len);
  n += len;
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
