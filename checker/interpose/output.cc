// What a subject writes to descriptors 1 and 2: a part of the outcome.
//
// Anything written elsewhere goes to the outside world as it is.
#include <sys/uio.h>
#include <unistd.h>

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

using namespace standstill::checker;

namespace {

bool isTerminal(FILE* stream) { return stream == stdout || stream == stderr; }

int descriptorOf(FILE* stream) { return stream == stdout ? STDOUT_FILENO : STDERR_FILENO; }

size_t emit(int descriptor, const void* text, size_t size, void* caller) {
  EngineScope scope;
  Engine::instance().point(Op::output, nullptr, 0, caller);
  Engine::instance().write(descriptor, static_cast<const char*>(text), size);
  return size;
}

int emitFormatted(int descriptor, const char* format, va_list arguments, void* caller) {
  char small[1024];
  va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(small, sizeof small, format, arguments);
  if (size >= static_cast<int>(sizeof small)) {
    // The subject's memory: if the execution ends before this thread goes on, it is put back with
    // the rest.
    auto* large = static_cast<char*>(malloc(static_cast<size_t>(size) + 1));
    std::vsnprintf(large, static_cast<size_t>(size) + 1, format, again);
    emit(descriptor, large, static_cast<size_t>(size), caller);
    free(large);
  } else if (size >= 0) {
    emit(descriptor, small, static_cast<size_t>(size), caller);
  }
  va_end(again);
  return size;
}

bool isCaptured(int descriptor) {
  return scheduling() && (descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO);
}

// Several pieces in one step: the stream is locked meanwhile.
size_t emitAll(int descriptor, std::initializer_list<std::string_view> pieces, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.point(Op::output, nullptr, 0, caller);
  size_t size = 0;
  for (const std::string_view piece : pieces) {
    engine.write(descriptor, piece.data(), piece.size());
    size += piece.size();
  }
  return size;
}

}  // namespace

extern "C" ssize_t write(int descriptor, const void* text, size_t size) {
  if (isCaptured(descriptor)) return static_cast<ssize_t>(emit(descriptor, text, size, CALLER));
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
    engine.write(descriptor, static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    size += parts[i].iov_len;
  }
  return static_cast<ssize_t>(size);
}

extern "C" size_t fwrite(const void* text, size_t size, size_t count, FILE* stream) {
  if (scheduling() && isTerminal(stream)) {
    emit(descriptorOf(stream), text, size * count, CALLER);
    return count;
  }
  STANDSTILL_REAL(fwrite);
  return real(text, size, count, stream);
}

extern "C" int fputs(const char* text, FILE* stream) {
  if (scheduling() && isTerminal(stream))
    return static_cast<int>(emit(descriptorOf(stream), text, std::strlen(text), CALLER));
  STANDSTILL_REAL(fputs);
  return real(text, stream);
}

extern "C" int puts(const char* text) {
  if (scheduling()) return static_cast<int>(emitAll(STDOUT_FILENO, {text, "\n"}, CALLER));
  STANDSTILL_REAL(puts);
  return real(text);
}

#define STANDSTILL_PUT_CHARACTER(function)               \
  extern "C" int function(int character, FILE* stream) { \
    if (scheduling() && isTerminal(stream)) {            \
      const char text = static_cast<char>(character);    \
      emit(descriptorOf(stream), &text, 1, CALLER);      \
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
  emitAll(STDERR_FILENO, {hasText ? text : "", hasText ? ": " : "", reason, "\n"}, CALLER);
}

extern "C" int vfprintf(FILE* stream, const char* format, va_list arguments) {
  if (scheduling() && isTerminal(stream))
    return emitFormatted(descriptorOf(stream), format, arguments, CALLER);
  STANDSTILL_REAL(vfprintf);
  return real(stream, format, arguments);
}

extern "C" int vprintf(const char* format, va_list arguments) {
  return vfprintf(stdout, format, arguments);
}

extern "C" int vdprintf(int descriptor, const char* format, va_list arguments) {
  if (isCaptured(descriptor)) return emitFormatted(descriptor, format, arguments, CALLER);
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
      emit(descriptorOf(stream), bytes, size, CALLER);                       \
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
