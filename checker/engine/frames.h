// The call stack of the subject's running thread, by frame pointers, which its flags ask for.
#pragma once

#include <cstdint>
#include <vector>

namespace standstill::checker {

// Return addresses within the running library, innermost first, as far as the chain of frames goes;
// at most 32.
std::vector<uintptr_t> callersFrom(const void* frame);

}  // namespace standstill::checker
