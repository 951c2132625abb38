// An object that this process shares with those that it forks later.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <new>
#include <system_error>

namespace standstill {

template <typename T>
class SharedMemory {
 public:
  // Throws std::system_error if there is no memory.
  SharedMemory()
      : memory_(
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    object_ = new (memory_) T{};
  }
  // In this process; others keep it.
  ~SharedMemory() {
    object_->~T();
    munmap(memory_, sizeof(T));
  }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

 private:
  void* memory_;
  T* object_;
};

}  // namespace standstill
