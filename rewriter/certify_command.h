#pragma once

namespace standstill::rewriter {

// `stw-rewrite certify OLD NEW --api=FILE [--factor=NAME...] [--rename=OLD=NEW...] [-p BUILD]
// [-- CFLAGS]`: proves an edit again from the two texts alone, whoever made it. OLD and NEW are two
// versions of one source file, or two directories that hold the same files; the compile commands
// are OLD's. Every function of OLD must be in NEW and be the same once NEW's calls of the helpers
// are inlined (certificate.h), its optimised code must not contradict that (ir.h), and all else
// must be the same text (text_compare.h) but for the given renames and the include of a helper's
// header.
//
// Prints one line for each function or file that differs, and a summary. Returns 0 if everything is
// certified, 1 if something is not, 2 on bad use or a text that does not parse.
int certifyCommand(int argc, const char** argv);

}  // namespace standstill::rewriter
