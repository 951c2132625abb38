// Documents whose code blocks are files and commands, done as a reader would do them.
//
// The info of a block says what it is:
//   c++ file=NAME      the file NAME, which it creates or replaces (any language)
//   sh                 commands, which have to succeed; `sh exit=1` if they have to fail so
//   text               lines that the commands before have to have printed, in this order; a line
//                      `...` stands for any number of others, `...` within a line for any text;
//                      with `digits=any`, any number stands for any other
//   anything else      is passed over; `sh skip` too
// All of a document's commands run in one new folder, one block after the other.
#pragma once

#include <string>

#include "tests/docs/markdown.h"

namespace standstill::docs {

struct SessionResult {
  std::string failure;  // empty if all went as the document says; names the line
  int commands = 0;     // blocks that ran
  int outputs = 0;      // blocks that were compared
};

// Runs the document with `tools` (a folder of programs) first in the PATH, and the root of the tree
// in the variable STANDSTILL.
SessionResult runSession(const Document& document, const std::string& root,
                         const std::string& tools);

// Whether `printed` says what `expected` does; see above.
bool matches(const std::string& expected, const std::string& printed);

}  // namespace standstill::docs
