#pragma once

namespace clang {
class CompilerInvocation;
}

namespace standstill::rewriter {

// Makes a parse of C++ pass over the bodies of functions in headers of the system, which is where
// most of its time goes. Kept are those that something depends on: constexpr ones and those with a
// deduced return type, because Clang needs them, static functions, and accessors (`return …;` and
// nothing else), because the analysis looks into them; of templates only accessors without
// parameters, since the library's others are many and hardly ever seen through. A call of a
// function without a body is one that may do anything.
//
// What is lost is an error that only such a body has, as when a template of the library is
// instantiated with a type that does not fit. The new text has that error if and only if the old
// one has: where an edit could bring one in, the new text is parsed whole (verify.cc).
void skipSystemBodies(clang::CompilerInvocation& invocation);

}  // namespace standstill::rewriter
