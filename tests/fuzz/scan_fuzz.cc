// Sources as the rewriter reads them before it parses any: whatever the bytes, they are looked
// through, and a word that the text does not have is not found.
#include "rewriter/scan.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill::rewriter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Words words{.calls = {"acquire"}, .anywhere = {"worldsema"}, .braces = {"BEGIN"}};
  FileFacts facts = scan(text, words);
  const bool mayBeCut = facts.opaque || !facts.aliases.empty();
  const bool isThere = text.find("acquire") != std::string_view::npos ||
                       text.find("worldsema") != std::string_view::npos;
  if (facts.used && !isThere && !mayBeCut) __builtin_trap();
  for (const Macro& macro : macrosIn(text)) scanMacro(macro.name, macro.text, words, facts);
  return 0;
}
