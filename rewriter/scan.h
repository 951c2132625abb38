#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/words.h"

namespace standstill::rewriter {

// What the text of a file says without being compiled. Where that is not certain, it errs towards
// saying that there is something.
struct FileFacts {
  struct Include {
    std::string name;
    bool angled = false;
  };
  std::vector<Include> includes;
  // It has an include that only the preprocessor can resolve, or names that lines or trigraphs cut
  // in two: nothing can be ruled out.
  bool opaque = false;
  // One of the words stands where it may be a call: inside a function's body, or anywhere that is
  // not surely a declaration.
  bool used = false;
  // One of the words stands there, but only where it is declared.
  bool declared = false;
  // Macros whose text spells one of the words, or may paste it together: they are words too.
  std::set<std::string> aliases;
  // Macros that open or close more braces than they close or open.
  std::set<std::string> braceMacros;
};

struct Words {
  WordSet calls;     // identifiers that must be used in code
  WordSet anywhere;  // text that counts wherever it stands
  WordSet braces;    // macros that hide braces
};

struct Macro {
  std::string name;
  std::string text;  // parameters and body
};

// The macros that `text` defines.
std::vector<Macro> macrosIn(std::string_view text);

// Reads `text`, in one pass that costs little more than looking for the words.
FileFacts scan(std::string_view text, const Words& words);

// The same for a macro that is defined elsewhere (`-DNAME=BODY`): adds to `facts`.
void scanMacro(std::string_view name, std::string_view parametersAndBody, const Words& words,
               FileFacts& facts);

}  // namespace standstill::rewriter
