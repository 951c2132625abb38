// The heap, mapped memory, and what is done wrongly to them.
#include <malloc.h>
#include <sched.h>
#include <standstill/scenario.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

namespace {
int global = 1;
void observeAddress(const char* key, const void* address) {
  standstill::observe(key, static_cast<long long>(reinterpret_cast<uintptr_t>(address)));
}
}  // namespace

STANDSTILL_SCENARIO(sizes) {
  auto* text = static_cast<char*>(std::malloc(5));
  std::memcpy(text, "abcd", 5);
  text = static_cast<char*>(std::realloc(text, 5000));
  standstill::observe("kept", text);
  void* aligned = nullptr;
  standstill::observe("memalign", posix_memalign(&aligned, 4096, 100));
  standstill::observe("aligned", reinterpret_cast<uintptr_t>(aligned) % 4096);
  auto* zeroes = static_cast<unsigned char*>(std::calloc(1000, 4));
  int sum = 0;
  for (int i = 0; i < 4000; ++i) sum += zeroes[i];
  standstill::observe("sum", sum);
  void* volatile tooMuch = std::calloc(SIZE_MAX / 2, 4);
  standstill::observe("too much", tooMuch == nullptr);
  standstill::observe("usable", malloc_usable_size(text) >= 5000);
  std::free(nullptr);
  std::free(text);
  std::free(aligned);
  std::free(zeroes);
}

STANDSTILL_SCENARIO(double_free) {
  void* volatile block = std::malloc(8);
  std::free(block);
  std::free(block);
}

STANDSTILL_SCENARIO(free_inside) {
  char* volatile block = static_cast<char*>(std::malloc(64));
  std::free(block + 16);
}

STANDSTILL_SCENARIO(free_on_the_stack) {
  int local = 1;
  int* volatile pointer = &local;
  std::free(pointer);
}

STANDSTILL_SCENARIO(free_global) {
  int* volatile pointer = &global;
  std::free(pointer);
}

STANDSTILL_SCENARIO(realloc_freed) {
  void* volatile block = std::malloc(8);
  std::free(block);
  standstill::observe("block", std::realloc(block, 16) != nullptr);
}

STANDSTILL_SCENARIO(mapped) {
  constexpr size_t kSize = 1 << 16;
  auto* pages = static_cast<unsigned char*>(
      mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  standstill::observe("zero", pages[kSize - 1]);
  std::memset(pages, 1, kSize);
  munmap(pages, kSize);
  auto* again = static_cast<unsigned char*>(
      mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  standstill::observe("zero again", again[kSize / 2]);
}

// Everything that an execution could leave to the next one; each must see the same.
STANDSTILL_SCENARIO(left_behind) {
  static int times = 0;
  static thread_local int local = 0;
  static std::unique_ptr<int> kept;
  standstill::observe("global", ++global);
  standstill::observe("times", ++times);
  standstill::observe("local", ++local);
  standstill::observe("kept", kept == nullptr);
  kept = std::make_unique<int>(3);
  observeAddress("heap", kept.get());
  char text[64];
  observeAddress("stack", text);
  std::thread([] {
    standstill::observe("local", ++local);
    char other[64];
    observeAddress("stack", other);
  }).join();
}

// Reads what nobody has written: the same garbage in every execution.
STANDSTILL_SCENARIO(uninitialised) {
  volatile unsigned char deep[30000];
  unsigned sum = 0;
  for (size_t i = 0; i < sizeof deep; ++i) sum += deep[i];
  for (size_t i = 0; i < sizeof deep; ++i) deep[i] = static_cast<unsigned char>(i);
  standstill::observe("stack", sum);
  auto* block = static_cast<volatile unsigned char*>(std::malloc(300));
  unsigned heap = 0;
  for (size_t i = 0; i < 300; ++i) heap += block[i];
  for (size_t i = 0; i < 300; ++i) block[i] = 0xff;
  standstill::observe("heap", heap);
}

// The C library's functions, which are not instrumented, use some KiB of the stack.
STANDSTILL_SCENARIO(deep_library_calls) {
  char text[64];
  standstill::observe("length", std::snprintf(text, sizeof text, "%.400Lf", 1e300L / 3));
}

STANDSTILL_SCENARIO(large_stack_frame) {
  volatile char large[3 << 20];
  large[0] = 1;
  large[sizeof large - 1] = 2;
  standstill::observe("sum", large[0] + large[sizeof large - 1]);
}

// What a process has beside its memory.
STANDSTILL_SCENARIO(environment_and_numbers) {
  standstill::observe("found", std::getenv("STANDSTILL_TEST") != nullptr);
  setenv("STANDSTILL_TEST", "1", 1);
  standstill::observe("set", std::getenv("STANDSTILL_TEST"));
  unsetenv("PATH");
  standstill::observe("process", getpid());
  standstill::observe("main thread", gettid());
  std::thread([] { standstill::observe("thread", gettid()); }).join();
  standstill::observe("processor", sched_getcpu());
}
STANDSTILL_SCENARIO(empty_environment) {
  standstill::observe("path", std::getenv("PATH") != nullptr);
  clearenv();
}
