// What selects files and lines on the rewriter's command line: whatever the text, it is read or
// refused in words.
#include "rewriter/selection.h"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill::rewriter;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto shard = readShard(text)) {
    if (shard->index < 1 || shard->index > shard->count) __builtin_trap();
    inShard({"a.c", "b.c", "c.c"}, *shard);
  }
  LineFilter lines;
  if (lines.read(text).empty()) lines.accepts("/src/a.c", 1, 3);
  HeaderFilter headers;
  headers.addSource("/src/a.c");
  if (headers.use(text).empty()) headers.accepts("/src/b.h");
  return 0;
}
