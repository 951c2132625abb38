// A subject whose texts try to get out of every report that shows them. Two builds of it differ.
#include <standstill/scenario.h>

#include <atomic>
#include <cstdio>
#include <thread>

#ifdef VARIANT_NEW
#define VALUE "</script><script>document.title='taken over'</script>"
#else
#define VALUE "<b>bold</b>"
#endif

namespace {

const char* lane() { return "<img src=x onerror=\"document.title='taken over'\">"; }
const char* window() {
  return "'); </style><script>document.title='taken over'</script> {{TITLE}}";
}

}  // namespace

STANDSTILL_SCENARIO(hostile) {
  standstill_lanes(lane);
  standstill_windows(window);
  std::atomic<int> x{0};
  std::thread other([&x] { ++x; });
  standstill::observe("\" onmouseover=\"document.title='taken over'", VALUE);
  std::puts("]]>\033[2J&#27;\x01 \xff\xfe </pre><script>document.title='taken over'</script>");
  std::fflush(stdout);
  other.join();
  standstill::observe("x", x.load());
}
