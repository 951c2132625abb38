// Heap dumps: read, or an error in words.
#include <string_view>

#include "runtime/heapdump_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  standstill::rt::readHeapDump(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
