// Scenarios that say what their threads work on.
#include <standstill/scenario.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace {

thread_local const char* job = "";
std::atomic<const char*> closed{nullptr};
std::mutex mutex;
std::atomic<int> asked{0};

const char* currentJob() {
  ++asked;  // no step, as it is no part of what the scenario does
  return job;
}

const char* window() { return closed; }

}  // namespace

STANDSTILL_SCENARIO(jobs_and_a_window) {
  standstill_lanes(currentJob);
  standstill_windows(window);
  job = "sweep";
  std::thread other([] {
    job = "<serve>";
    const std::lock_guard lock(mutex);
  });
  mutex.lock();
  closed = "taking stock";
  mutex.unlock();
  closed = nullptr;
  other.join();
}

STANDSTILL_SCENARIO(without_probes) {
  const std::lock_guard lock(mutex);
  standstill::observe("asked", asked.load() > 0);
}
