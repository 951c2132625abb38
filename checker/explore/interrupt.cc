#include "checker/explore/interrupt.h"

#include <csignal>

namespace standstill::checker {
namespace {

// Where the signal handler finds it.
std::atomic<bool>* stopped = nullptr;

void onInterrupt(int signal) {
  *stopped = true;
  std::signal(signal, SIG_DFL);
}

void forEach(void (*handler)(int)) {
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, handler);
}

}  // namespace

InterruptEndsSearch::InterruptEndsSearch(std::atomic<bool>& stop) {
  stopped = &stop;
  forEach(onInterrupt);
}

InterruptEndsSearch::~InterruptEndsSearch() {
  forEach(SIG_DFL);
  stopped = nullptr;
}

bool InterruptEndsSearch::came() { return stopped != nullptr && *stopped; }

}  // namespace standstill::checker
