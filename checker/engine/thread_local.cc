// Emulated TLS: thread_local objects of subjects, one set for each fiber.
//
// With -femulated-tls every access of a thread_local goes through __emutls_get_address, whose
// interface GCC's libgcc and LLVM's compiler-rt share. Objects live in the arena, so they are put
// back with it.
#include <cstring>
#include <mutex>

#include "checker/engine/engine.h"

// As the compiler lays it out in the subject's data.
struct __emutls_control {
  size_t size;
  size_t align;
  union {
    uintptr_t index;  // 0 until the object is first used
    void* address;
  } object;
  void* initialValue;
};

// Two variables of the standard library that its headers use, for std::call_once. The library
// itself was built with real TLS, and that is where they are; the engine gives each fiber its own
// values (AmbientState).
extern "C" {
__emutls_control standstillOnceCallable __asm__("__emutls_v._ZSt15__once_callable") = {};
__emutls_control standstillOnceCall __asm__("__emutls_v._ZSt11__once_call") = {};
}

namespace standstill::checker {

void* Engine::threadLocal(__emutls_control* control) {
  std::vector<void*>& locals = running_ ? current_->locals : loading_.locals;
  size_t& count = localCount_;
  if (!running_) count = loading_.locals.size();
  if (control->object.index == 0) control->object.index = ++count;
  const size_t index = control->object.index;
  if (locals.size() < index) locals.resize(index);
  void*& slot = locals[index - 1];
  if (slot == nullptr) {
    slot = arena_.allocate(control->size, std::max<size_t>(control->align, 16), allocating());
    if (control->initialValue != nullptr) {
      std::memcpy(slot, control->initialValue, control->size);
    } else {
      std::memset(slot, 0, control->size);
    }
  }
  return slot;
}

}  // namespace standstill::checker

using standstill::checker::Engine;

extern "C" void* __emutls_get_address(__emutls_control* control) {
  if (control->size == 0) {
    return control == &standstillOnceCall ? static_cast<void*>(&std::__once_call)
                                          : &std::__once_callable;
  }
  const bool fromSubject = standstill::checker::inSubject;
  standstill::checker::inSubject = false;
  void* address = Engine::instance().threadLocal(control);
  standstill::checker::inSubject = fromSubject;
  return address;
}
