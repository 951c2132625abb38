// The ways in which a subject ends by itself: a part of the outcome.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

// Words by which a line says that it is the reason.
bool namesAReason(std::string_view line) {
  constexpr std::string_view kWords[] = {"fatal", "error", "panic", "abort", "assert"};
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return !std::ranges::search(line, word, {}, [](unsigned char c) {
              return std::tolower(c);
            }).empty();
  });
}

// The line of the output that says why the program ends. That is where most end; some go on with
// stacks and the like after a line that names itself an error.
std::string reasonIn(std::string_view output) {
  std::string_view last;
  while (!output.empty()) {
    const size_t end = output.find_last_not_of('\n');
    if (end == std::string_view::npos) break;
    const size_t start = output.find_last_of('\n', end) + 1;  // npos + 1 is 0
    const std::string_view line = output.substr(start, end + 1 - start);
    if (namesAReason(line)) return std::string(line);
    if (last.empty()) last = line;
    output = output.substr(0, start);
  }
  return std::string(last);
}

[[noreturn]] void end(OutcomeKind kind, const char* how, void* caller) {
  inSubject = false;
  Engine& engine = Engine::instance();
  engine.pointOfEnd(caller);
  std::string message;
  if (kind != OutcomeKind::completed) {
    message = reasonIn(engine.output());
    message += message.empty() ? how : std::string(" (") + how + ")";
  }
  engine.finish(kind, std::move(message));
}

[[noreturn]] void endWithStatus(int status, void* caller) {
  if (status == 0) end(OutcomeKind::completed, "", caller);
  char how[32];
  std::snprintf(how, sizeof how, "exit status %d", status);
  end(OutcomeKind::fatal, how, caller);
}

}  // namespace

extern "C" void abort() {
  if (scheduling()) end(OutcomeKind::fatal, "abort", CALLER);
  STANDSTILL_REAL(abort);
  real();
  __builtin_unreachable();
}

extern "C" void exit(int status) {
  if (scheduling()) endWithStatus(status, CALLER);
  STANDSTILL_REAL(exit);
  real(status);
  __builtin_unreachable();
}

extern "C" void _exit(int status) {
  if (scheduling()) endWithStatus(status, CALLER);
  STANDSTILL_REAL(_exit);
  real(status);
  __builtin_unreachable();
}

extern "C" void _Exit(int status) { _exit(status); }

extern "C" void quick_exit(int status) noexcept {
  if (scheduling()) endWithStatus(status, CALLER);
  STANDSTILL_REAL(quick_exit);
  real(status);
  __builtin_unreachable();
}

extern "C" void __assert_fail(const char* assertion, const char* file, unsigned line,
                              const char* function) noexcept {
  if (scheduling()) {
    inSubject = false;
    Engine::instance().pointOfEnd(CALLER);
    char text[512];
    const char* base = std::strrchr(file, '/');  // the same wherever it was built
    std::snprintf(text, sizeof text, "%s:%u: %s: assertion `%s' failed",
                  base == nullptr ? file : base + 1, line, function, assertion);
    Engine::instance().finish(OutcomeKind::fatal, text);
  }
  STANDSTILL_REAL(__assert_fail);
  real(assertion, file, line, function);
  __builtin_unreachable();
}
