// malloc and mmap: what a subject allocates comes from the arena.
//
// operator new and delete of the standard library end in malloc and free, so they need nothing more.
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
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

// The dynamic linker allocates too while a subject's constructors run; that must outlive executions.
bool isLoader(void* caller) {
  static const uintptr_t loaderCode = [] {
    Dl_info info{};
    void* inLoader = dlsym(RTLD_DEFAULT, "_dl_mcount");
    return inLoader != nullptr && dladdr(inLoader, &info) != 0 ? reinterpret_cast<uintptr_t>(info.dli_fbase) : 0;
  }();
  constexpr uintptr_t kLoaderSize = 0x40000;
  return reinterpret_cast<uintptr_t>(caller) - loaderCode < kLoaderSize;
}

bool fromSubject(void* caller) {
  if (!inSubject) return false;
  return Engine::instance().running() || !isLoader(caller);
}

void* allocate(size_t size, size_t alignment) {
  EngineScope scope;
  void* block = Engine::instance().arena().allocate(size, alignment);
  if (block == nullptr) errno = ENOMEM;
  return block;
}

bool inArena(const void* pointer) {
  // A plain range test: the engine need not exist yet when the first free of a process comes.
  return reinterpret_cast<uintptr_t>(pointer) >> 40 == 0x20;
}

}  // namespace

#define FROM_SUBJECT fromSubject(__builtin_return_address(0))

extern "C" void* malloc(size_t size) { return FROM_SUBJECT ? allocate(size, 16) : __libc_malloc(size); }

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

extern "C" void free(void* pointer) {
  if (!inArena(pointer)) {
    __libc_free(pointer);
    return;
  }
  if (!inSubject) return;  // at the end of the process: the arena goes as a whole
  EngineScope scope;
  Engine& engine = Engine::instance();
  const auto result = engine.arena().free(pointer);
  if (result == Arena::FreeResult::freed || !engine.running()) return;
  engine.pointOfEnd(__builtin_return_address(0));
  engine.finish(OutcomeKind::fatal, result == Arena::FreeResult::doubleFree ? "double free" : "free of a pointer that was not allocated");
}

extern "C" void* realloc(void* pointer, size_t size) {
  if (!FROM_SUBJECT || (pointer != nullptr && !inArena(pointer))) return __libc_realloc(pointer, size);
  if (pointer == nullptr) return allocate(size, 16);
  void* block = allocate(size, 16);
  if (block == nullptr) return nullptr;
  std::memcpy(block, pointer, std::min(size, Engine::instance().arena().sizeOf(pointer)));
  free(pointer);
  return block;
}

extern "C" void* memalign(size_t alignment, size_t size) {
  return FROM_SUBJECT ? allocate(size, std::max<size_t>(alignment, 16)) : __libc_memalign(alignment, size);
}

extern "C" void* aligned_alloc(size_t alignment, size_t size) {
  return FROM_SUBJECT ? allocate(size, std::max<size_t>(alignment, 16)) : __libc_memalign(alignment, size);
}

extern "C" int posix_memalign(void** result, size_t alignment, size_t size) {
  *result = FROM_SUBJECT ? allocate(size, std::max<size_t>(alignment, 16)) : __libc_memalign(alignment, size);
  return *result == nullptr ? ENOMEM : 0;
}

extern "C" size_t malloc_usable_size(void* pointer) {
  if (inArena(pointer)) return Engine::instance().arena().sizeOf(pointer);
  STANDSTILL_REAL(malloc_usable_size);
  return real(pointer);
}

// Files and shared memory are the outside world's; only private anonymous memory is the subject's own.
extern "C" void* mmap(void* hint, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (!scheduling() || (flags & MAP_ANONYMOUS) == 0 || (flags & MAP_FIXED) != 0) {
    STANDSTILL_REAL(mmap);
    return real(hint, size, protection, flags, descriptor, offset);
  }
  EngineScope scope;
  void* pages = Engine::instance().arena().allocatePages(size);
  if (pages != nullptr) return pages;
  errno = ENOMEM;
  return MAP_FAILED;
}

extern "C" int munmap(void* pages, size_t size) {
  if (!scheduling() || !inArena(pages)) {
    STANDSTILL_REAL(munmap);
    return real(pages, size);
  }
  EngineScope scope;
  Engine::instance().arena().freePages(pages, size);
  return 0;
}

// Guard pages are left out in the arena: protections would have to be put back as well.
extern "C" int mprotect(void* pages, size_t size, int protection) {
  if (scheduling() && inArena(pages)) return 0;
  STANDSTILL_REAL(mprotect);
  return real(pages, size, protection);
}

extern "C" int madvise(void* pages, size_t size, int advice) {
  if (!scheduling() || !inArena(pages)) {
    STANDSTILL_REAL(madvise);
    return real(pages, size, advice);
  }
  if (advice == MADV_DONTNEED) std::memset(pages, 0, size);
  return 0;
}
