// Emulated TLS: thread_local objects of subjects, one set for each fiber.
//
// With -femulated-tls every access of a thread_local goes through __emutls_get_address, whose interface
// GCC's libgcc and LLVM's compiler-rt share. Objects live in the arena, so they are put back with it.
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
    slot = arena_.allocate(control->size, std::max<size_t>(control->align, 16));
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

// std::call_once hands its callback over in two thread_local pointers of the standard library, which is built
// with ordinary TLS. A subject asks for them as emulated ones: these stand for the real ones, which follow the
// fiber (AmbientState).
__emutls_control onceCallControl asm("__emutls_v._ZSt11__once_call");
__emutls_control onceCallableControl asm("__emutls_v._ZSt15__once_callable");

extern "C" void* __emutls_get_address(__emutls_control* control) {
  if (control == &onceCallControl) return &std::__once_call;
  if (control == &onceCallableControl) return &std::__once_callable;
  const bool fromSubject = standstill::checker::inSubject;
  standstill::checker::inSubject = false;
  void* address = Engine::instance().threadLocal(control);
  standstill::checker::inSubject = fromSubject;
  return address;
}
