// malloc and mmap: what a subject allocates comes from the arena.
//
// operator new and delete of the standard library end in malloc and free, so they need nothing
// more.
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

// The C library's own allocator, for everybody but the subject.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace {

// The code of one of the system's own libraries.
struct Code {
  uintptr_t begin = 0;
  uintptr_t size = 0;

  bool contains(void* address) const { return reinterpret_cast<uintptr_t>(address) - begin < size; }
};

Code codeAround(const char* function) {
  Code code;
  Dl_info info{};
  void* inside = dlsym(RTLD_DEFAULT, function);
  link_map* map = nullptr;
  if (inside == nullptr ||
      dladdr1(inside, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0)
    return code;
  code.begin = reinterpret_cast<uintptr_t>(info.dli_fbase);
  const auto visit = [](dl_phdr_info* object, size_t, void* data) {
    auto& found = *static_cast<Code*>(data);
    if (object->dlpi_addr != found.begin) return 0;
    for (int i = 0; i < object->dlpi_phnum; ++i) {
      const ElfW(Phdr)& header = object->dlpi_phdr[i];
      if (header.p_type == PT_LOAD)
        found.size = std::max<uintptr_t>(found.size, header.p_vaddr + header.p_memsz);
    }
    return 1;
  };
  dl_iterate_phdr(visit, &code);
  return code;
}

// What the C library and the dynamic linker allocate for themselves (streams, time zones, modules)
// they keep in variables that nobody puts back, so it must outlive the execution. What they
// allocate for the subject is freed by it; functions that subjects use a lot, strdup and its like,
// are below.
bool isSystem(void* caller) {
  static const Code libc = codeAround("gnu_get_libc_version");
  static const Code loader = codeAround("_dl_mcount");
  return libc.contains(caller) || loader.contains(caller);
}

bool fromSubject(void* caller) { return inSubject && !isSystem(caller); }

void* allocate(size_t size, size_t alignment) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  void* block = engine.arena().allocate(size, alignment, engine.allocating());
  if (detectRaces && block != nullptr) RaceDetector::instance().allocated(addressOf(block), size);
  if (block == nullptr) errno = ENOMEM;
  return block;
}

bool inArena(const void* pointer) {
  // A plain range test: the engine need not exist yet when the first free of a process comes.
  return reinterpret_cast<uintptr_t>(pointer) >> 40 == 0x20;
}

}  // namespace

#define FROM_SUBJECT fromSubject(CALLER)

extern "C" void* malloc(size_t size) {
  return FROM_SUBJECT ? allocate(size, 16) : __libc_malloc(size);
}

extern "C" void* calloc(size_t count, size_t size) {
  if (!FROM_SUBJECT) return __libc_calloc(count, size);
  size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) {
    errno = ENOMEM;
    return nullptr;
  }
  void* block = allocate(total, 16);
  return block == nullptr ? nullptr : std::memset(block, 0, total);
}

namespace {

[[noreturn]] void endWith(const char* message, void* caller) {
  inSubject = false;
  Engine::instance().pointOfEnd(caller);
  Engine::instance().finish(OutcomeKind::fatal, message);
}

}  // namespace

namespace {

// Whoever still uses the block, or has without being ordered before this, races with it. Frees by
// uninstrumented code are left out: what orders them was not seen either.
void noteFree(void* pointer, void* caller) {
  Engine& engine = Engine::instance();
  if (!engine.isCode(addressOf(caller)) || engine.arena().stateOf(pointer) != Arena::State::inUse)
    return;
  const DataRace* race = RaceDetector::instance().freed(
      engine.current().id, addressOf(pointer), engine.arena().sizeOf(pointer), addressOf(caller));
  if (race != nullptr) engine.finishWith(*race);
}

}  // namespace

extern "C" void free(void* pointer) {
  // The C library would end the process.
  if (scheduling(pointer) && !inArena(pointer))
    endWith("free of a pointer that was not allocated", CALLER);
  if (!inArena(pointer)) {
    __libc_free(pointer);
    return;
  }
  if (!inSubject) return;  // at the end of the process: the arena goes as a whole
  EngineScope scope;
  Engine& engine = Engine::instance();
  if (detectRaces && pointer != nullptr) noteFree(pointer, CALLER);
  const auto result = engine.arena().free(pointer, engine.allocating());
  if (result == Arena::FreeResult::freed || !engine.running()) return;
  endWith(result == Arena::FreeResult::doubleFree ? "double free"
                                                  : "free of a pointer that was not allocated",
          CALLER);
}

extern "C" void* realloc(void* pointer, size_t size) {
  if (!FROM_SUBJECT || (pointer != nullptr && !inArena(pointer)))
    return __libc_realloc(pointer, size);
  if (pointer == nullptr) return allocate(size, 16);
  const Arena::State state = Engine::instance().arena().stateOf(pointer);
  if (state != Arena::State::inUse && scheduling()) {
    endWith(state == Arena::State::freed ? "realloc of a pointer that was freed"
                                         : "realloc of a pointer that was not allocated",
            CALLER);
  }
  if (detectRaces) {
    EngineScope scope;
    noteFree(pointer, CALLER);
  }
  void* block = allocate(size, 16);
  if (block == nullptr) return nullptr;
  std::memcpy(block, pointer, std::min(size, Engine::instance().arena().sizeOf(pointer)));
  free(pointer);
  return block;
}

extern "C" void* memalign(size_t alignment, size_t size) {
  return FROM_SUBJECT ? allocate(size, std::max<size_t>(alignment, 16))
                      : __libc_memalign(alignment, size);
}

extern "C" void* aligned_alloc(size_t alignment, size_t size) {
  return FROM_SUBJECT ? allocate(size, std::max<size_t>(alignment, 16))
                      : __libc_memalign(alignment, size);
}

extern "C" int posix_memalign(void** result, size_t alignment, size_t size) {
  *result = FROM_SUBJECT ? allocate(size, std::max<size_t>(alignment, 16))
                         : __libc_memalign(alignment, size);
  return *result == nullptr ? ENOMEM : 0;
}

extern "C" size_t malloc_usable_size(void* pointer) {
  if (inArena(pointer)) return Engine::instance().arena().sizeOf(pointer);
  STANDSTILL_REAL(malloc_usable_size);
  return real(pointer);
}

extern "C" char* strndup(const char* text, size_t most) {
  const size_t size = strnlen(text, most);
  auto* copy = static_cast<char*>(malloc(size + 1));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, text, size);
  copy[size] = '\0';
  return copy;
}

extern "C" char* strdup(const char* text) { return strndup(text, std::strlen(text)); }

extern "C" int vasprintf(char** result, const char* format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(nullptr, 0, format, arguments);
  *result = size < 0 ? nullptr : static_cast<char*>(malloc(static_cast<size_t>(size) + 1));
  if (*result != nullptr) std::vsnprintf(*result, static_cast<size_t>(size) + 1, format, again);
  va_end(again);
  return *result == nullptr ? -1 : size;
}

extern "C" int asprintf(char** result, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int size = vasprintf(result, format, arguments);
  va_end(arguments);
  return size;
}

extern "C" int __vasprintf_chk(char** result, int, const char* format, va_list arguments) {
  return vasprintf(result, format, arguments);
}

extern "C" int __asprintf_chk(char** result, int, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int size = vasprintf(result, format, arguments);
  va_end(arguments);
  return size;
}

// Files and shared memory are the outside world's; only private anonymous memory is the subject's
// own.
extern "C" void* mmap(void* hint, size_t size, int protection, int flags, int descriptor,
                      off_t offset) {
  if (!inSubject || (flags & MAP_ANONYMOUS) == 0 || (flags & MAP_FIXED) != 0) {
    STANDSTILL_REAL(mmap);
    return real(hint, size, protection, flags, descriptor, offset);
  }
  EngineScope scope;
  Engine& engine = Engine::instance();
  void* pages = engine.arena().allocatePages(size, engine.allocating());
  if (detectRaces && pages != nullptr) RaceDetector::instance().allocated(addressOf(pages), size);
  if (pages != nullptr) return pages;
  errno = ENOMEM;
  return MAP_FAILED;
}

extern "C" int munmap(void* pages, size_t size) {
  if (!inSubject || !inArena(pages)) {
    STANDSTILL_REAL(munmap);
    return real(pages, size);
  }
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.arena().freePages(pages, size, engine.allocating());
  return 0;
}

// Guard pages are left out in the arena: protections would have to be put back as well.
extern "C" int mprotect(void* pages, size_t size, int protection) {
  if (inSubject && inArena(pages)) return 0;
  STANDSTILL_REAL(mprotect);
  return real(pages, size, protection);
}

extern "C" int madvise(void* pages, size_t size, int advice) {
  if (!inSubject || !inArena(pages)) {
    STANDSTILL_REAL(madvise);
    return real(pages, size, advice);
  }
  if (advice == MADV_DONTNEED) std::memset(pages, 0, size);
  return 0;
}
