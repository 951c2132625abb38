// What a subject writes to descriptors 1 and 2, and the ways in which it ends: parts of the outcome.
//
// Anything written elsewhere goes to the outside world as it is.
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "checker/interpose/interpose.h"
#include "standstill/scenario.h"

using namespace standstill::checker;

#define CALLER __builtin_return_address(0)

namespace {

bool isTerminal(FILE* stream) { return stream == stdout || stream == stderr; }

size_t emit(const void* text, size_t size, void* caller) {
  EngineScope scope;
  Engine::instance().point(Op::output, nullptr, 0, caller);
  Engine::instance().write(static_cast<const char*>(text), size);
  return size;
}

int emitFormatted(const char* format, va_list arguments, void* caller) {
  char text[1024];
  const int size = std::vsnprintf(text, sizeof text, format, arguments);
  if (size < 0) return size;
  emit(text, std::min(static_cast<size_t>(size), sizeof text - 1), caller);
  return size;
}

// The last line of the output, which is where programs say why they end.
std::string lastLine(const std::string& output) {
  const size_t end = output.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const size_t start = output.find_last_of('\n', end);
  return output.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
}

[[noreturn]] void end(OutcomeKind kind, const char* how, void* caller) {
  inSubject = false;
  Engine& engine = Engine::instance();
  engine.pointOfEnd(caller);
  std::string message;
  if (kind != OutcomeKind::completed) {
    message = lastLine(engine.output());
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

extern "C" ssize_t write(int descriptor, const void* text, size_t size) {
  if (scheduling() && (descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO)) {
    return static_cast<ssize_t>(emit(text, size, CALLER));
  }
  STANDSTILL_REAL(write);
  return real(descriptor, text, size);
}

extern "C" size_t fwrite(const void* text, size_t size, size_t count, FILE* stream) {
  if (scheduling() && isTerminal(stream)) {
    emit(text, size * count, CALLER);
    return count;
  }
  STANDSTILL_REAL(fwrite);
  return real(text, size, count, stream);
}

extern "C" int fputs(const char* text, FILE* stream) {
  if (scheduling() && isTerminal(stream)) return static_cast<int>(emit(text, std::strlen(text), CALLER));
  STANDSTILL_REAL(fputs);
  return real(text, stream);
}

extern "C" int puts(const char* text) {
  if (scheduling()) return static_cast<int>(emit(text, std::strlen(text), CALLER) + emit("\n", 1, CALLER));
  STANDSTILL_REAL(puts);
  return real(text);
}

#define STANDSTILL_PUT_CHARACTER(function)                    \
  extern "C" int function(int character, FILE* stream) {      \
    if (scheduling() && isTerminal(stream)) {                 \
      const char text = static_cast<char>(character);         \
      emit(&text, 1, CALLER);                                 \
      return static_cast<unsigned char>(character);           \
    }                                                         \
    STANDSTILL_REAL(function);                                \
    return real(character, stream);                           \
  }
#undef putc
STANDSTILL_PUT_CHARACTER(fputc)
STANDSTILL_PUT_CHARACTER(putc)

extern "C" int putchar(int character) { return std::fputc(character, stdout); }

extern "C" int vfprintf(FILE* stream, const char* format, va_list arguments) {
  if (scheduling() && isTerminal(stream)) return emitFormatted(format, arguments, CALLER);
  STANDSTILL_REAL(vfprintf);
  return real(stream, format, arguments);
}

extern "C" int vprintf(const char* format, va_list arguments) { return vfprintf(stdout, format, arguments); }

extern "C" int fprintf(FILE* stream, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int size = vfprintf(stream, format, arguments);
  va_end(arguments);
  return size;
}

extern "C" int printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int size = vfprintf(stdout, format, arguments);
  va_end(arguments);
  return size;
}

// Nothing of the subject's is buffered.
extern "C" int fflush(FILE* stream) {
  if (scheduling() && (stream == nullptr || isTerminal(stream))) return 0;
  STANDSTILL_REAL(fflush);
  return real(stream);
}

// ---- Ends

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

extern "C" void __assert_fail(const char* assertion, const char* file, unsigned line, const char* function) noexcept {
  if (scheduling()) {
    inSubject = false;
    Engine::instance().pointOfEnd(CALLER);
    char text[512];
    const char* base = std::strrchr(file, '/');  // the same wherever it was built
    std::snprintf(text, sizeof text, "%s:%u: %s: assertion `%s' failed", base == nullptr ? file : base + 1, line, function, assertion);
    Engine::instance().finish(OutcomeKind::fatal, text);
  }
  STANDSTILL_REAL(__assert_fail);
  real(assertion, file, line, function);
  __builtin_unreachable();
}

// ---- Observations

extern "C" void standstill_observe_integer(const char* key, long long value) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.observe({engine.current().id, key, std::to_string(value), true});
}

extern "C" size_t standstill_input(void* buffer, size_t size) {
  const std::vector<uint8_t>& input = Engine::instance().input();
  const size_t copied = std::min(size, input.size());
  std::memcpy(buffer, input.data(), copied);
  return copied;
}

extern "C" void standstill_observe_string(const char* key, const char* value) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.observe({engine.current().id, key, value, false});
}
