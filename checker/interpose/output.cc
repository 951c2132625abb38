// What a subject writes to descriptors 1 and 2, and the ways in which it ends: parts of the
// outcome.
//
// Anything written elsewhere goes to the outside world as it is.
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <initializer_list>
#include <string>
#include <string_view>

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
  char small[1024];
  va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(small, sizeof small, format, arguments);
  if (size >= static_cast<int>(sizeof small)) {
    // The subject's memory: if the execution ends before this thread goes on, it is put back with
    // the rest.
    auto* large = static_cast<char*>(malloc(static_cast<size_t>(size) + 1));
    std::vsnprintf(large, static_cast<size_t>(size) + 1, format, again);
    emit(large, static_cast<size_t>(size), caller);
    free(large);
  } else if (size >= 0) {
    emit(small, static_cast<size_t>(size), caller);
  }
  va_end(again);
  return size;
}

bool isCaptured(int descriptor) {
  return scheduling() && (descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO);
}

// Several pieces in one step: the stream is locked meanwhile.
size_t emitAll(std::initializer_list<std::string_view> pieces, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.point(Op::output, nullptr, 0, caller);
  size_t size = 0;
  for (const std::string_view piece : pieces) {
    engine.write(piece.data(), piece.size());
    size += piece.size();
  }
  return size;
}

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

extern "C" ssize_t write(int descriptor, const void* text, size_t size) {
  if (isCaptured(descriptor)) return static_cast<ssize_t>(emit(text, size, CALLER));
  STANDSTILL_REAL(write);
  return real(descriptor, text, size);
}

extern "C" ssize_t writev(int descriptor, const iovec* parts, int count) {
  if (!isCaptured(descriptor)) {
    STANDSTILL_REAL(writev);
    return real(descriptor, parts, count);
  }
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.point(Op::output, nullptr, 0, CALLER);
  size_t size = 0;
  for (int i = 0; i < count; ++i) {
    engine.write(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    size += parts[i].iov_len;
  }
  return static_cast<ssize_t>(size);
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
  if (scheduling() && isTerminal(stream))
    return static_cast<int>(emit(text, std::strlen(text), CALLER));
  STANDSTILL_REAL(fputs);
  return real(text, stream);
}

extern "C" int puts(const char* text) {
  if (scheduling()) return static_cast<int>(emitAll({text, "\n"}, CALLER));
  STANDSTILL_REAL(puts);
  return real(text);
}

#define STANDSTILL_PUT_CHARACTER(function)               \
  extern "C" int function(int character, FILE* stream) { \
    if (scheduling() && isTerminal(stream)) {            \
      const char text = static_cast<char>(character);    \
      emit(&text, 1, CALLER);                            \
      return static_cast<unsigned char>(character);      \
    }                                                    \
    STANDSTILL_REAL(function);                           \
    return real(character, stream);                      \
  }
#undef putc
#undef putc_unlocked
#undef fputc_unlocked
STANDSTILL_PUT_CHARACTER(fputc)
STANDSTILL_PUT_CHARACTER(putc)
STANDSTILL_PUT_CHARACTER(fputc_unlocked)
STANDSTILL_PUT_CHARACTER(putc_unlocked)

extern "C" int putchar(int character) { return std::fputc(character, stdout); }
extern "C" int putchar_unlocked(int character) { return fputc_unlocked(character, stdout); }

extern "C" size_t fwrite_unlocked(const void* text, size_t size, size_t count, FILE* stream) {
  return std::fwrite(text, size, count, stream);
}
extern "C" int fputs_unlocked(const char* text, FILE* stream) { return std::fputs(text, stream); }

extern "C" void perror(const char* text) {
  if (!scheduling()) {
    STANDSTILL_REAL(perror);
    real(text);
    return;
  }
  const char* reason = std::strerror(errno);
  const bool hasText = text != nullptr && *text != '\0';
  emitAll({hasText ? text : "", hasText ? ": " : "", reason, "\n"}, CALLER);
}

extern "C" int vfprintf(FILE* stream, const char* format, va_list arguments) {
  if (scheduling() && isTerminal(stream)) return emitFormatted(format, arguments, CALLER);
  STANDSTILL_REAL(vfprintf);
  return real(stream, format, arguments);
}

extern "C" int vprintf(const char* format, va_list arguments) {
  return vfprintf(stdout, format, arguments);
}

extern "C" int vdprintf(int descriptor, const char* format, va_list arguments) {
  if (isCaptured(descriptor)) return emitFormatted(format, arguments, CALLER);
  STANDSTILL_REAL(vdprintf);
  return real(descriptor, format, arguments);
}

// The variants that take their arguments one by one, and those that -D_FORTIFY_SOURCE calls, with a
// flag that asks for checks.
#define STANDSTILL_PRINT(function, PARAMETERS, call) \
  extern "C" int function PARAMETERS {               \
    va_list arguments;                               \
    va_start(arguments, format);                     \
    const int size = call;                           \
    va_end(arguments);                               \
    return size;                                     \
  }
STANDSTILL_PRINT(dprintf, (int descriptor, const char* format, ...),
                 vdprintf(descriptor, format, arguments))
STANDSTILL_PRINT(__printf_chk, (int, const char* format, ...), vfprintf(stdout, format, arguments))
STANDSTILL_PRINT(__fprintf_chk, (FILE * stream, int, const char* format, ...),
                 vfprintf(stream, format, arguments))
STANDSTILL_PRINT(__dprintf_chk, (int descriptor, int, const char* format, ...),
                 vdprintf(descriptor, format, arguments))
extern "C" int __vprintf_chk(int, const char* format, va_list arguments) {
  return vfprintf(stdout, format, arguments);
}
extern "C" int __vfprintf_chk(FILE* stream, int, const char* format, va_list arguments) {
  return vfprintf(stream, format, arguments);
}
extern "C" int __vdprintf_chk(int descriptor, int, const char* format, va_list arguments) {
  return vdprintf(descriptor, format, arguments);
}

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

// ---- Wide characters, as UTF-8. The stream itself must not see them: it would be wide from then
// on, for the checker too.

namespace {

size_t encodeUtf8(wint_t character, char* bytes) {
  const auto code = static_cast<uint32_t>(character);
  const auto tail = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
  size_t size = 0;
  if (code < 0x80) {
    bytes[size++] = static_cast<char>(code);
  } else if (code < 0x800) {
    bytes[size++] = static_cast<char>(0xc0 | code >> 6);
    bytes[size++] = tail(0);
  } else if (code < 0x10000) {
    bytes[size++] = static_cast<char>(0xe0 | code >> 12);
    bytes[size++] = tail(6);
    bytes[size++] = tail(0);
  } else {
    bytes[size++] = static_cast<char>(0xf0 | code >> 18);
    bytes[size++] = tail(12);
    bytes[size++] = tail(6);
    bytes[size++] = tail(0);
  }
  return size;
}

}  // namespace

#define STANDSTILL_PUT_WIDE(function)                                        \
  extern "C" wint_t function(wchar_t character, FILE* stream) {              \
    if (scheduling() && isTerminal(stream)) {                                \
      char bytes[4];                                                         \
      const size_t size = encodeUtf8(static_cast<wint_t>(character), bytes); \
      emit(bytes, size, CALLER);                                             \
      return static_cast<wint_t>(character);                                 \
    }                                                                        \
    STANDSTILL_REAL(function);                                               \
    return real(character, stream);                                          \
  }
STANDSTILL_PUT_WIDE(fputwc)
STANDSTILL_PUT_WIDE(putwc)

extern "C" wint_t putwchar(wchar_t character) { return std::fputwc(character, stdout); }

extern "C" int vfwprintf(FILE* stream, const wchar_t* format, va_list arguments) {
  if (scheduling() && isTerminal(stream)) unsupported("wprintf");
  STANDSTILL_REAL(vfwprintf);
  return real(stream, format, arguments);
}
STANDSTILL_PRINT(wprintf, (const wchar_t* format, ...), vfwprintf(stdout, format, arguments))
STANDSTILL_PRINT(fwprintf, (FILE * stream, const wchar_t* format, ...),
                 vfwprintf(stream, format, arguments))

extern "C" int fputws(const wchar_t* text, FILE* stream) {
  if (scheduling() && isTerminal(stream)) unsupported("fputws");
  STANDSTILL_REAL(fputws);
  return real(text, stream);
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

// ---- Observations

extern "C" void standstill_observe_integer(const char* key, long long value) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.observe({.thread = engine.observer(),
                  .key = key,
                  .value = std::to_string(value),
                  .isInteger = true,
                  .code = reinterpret_cast<uintptr_t>(CALLER)});
}

extern "C" void standstill_lanes(standstill_probe probe) {
  if (scheduling()) Engine::instance().setLaneProbe(probe);
}

extern "C" void standstill_windows(standstill_probe probe) {
  if (scheduling()) Engine::instance().setWindowProbe(probe);
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
  engine.observe({.thread = engine.observer(),
                  .key = key,
                  .value = value,
                  .code = reinterpret_cast<uintptr_t>(CALLER)});
}
