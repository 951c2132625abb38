// What a call promises that the statements it stands for do not.
//
// A reference and `this` name an object, so a call that is passed `*p` promises that p is not null,
// even where the helper's body would never have looked. An attribute or a qualifier of the helper's
// declaration (nonnull, restrict, [static 4], pure, ...) promises what it says. The compiler relies
// on all of it, so an edit is right only if the site keeps each promise by itself:
//
//   - an object, if the argument is an lvalue of known storage, or if the pointer is followed on
//     every path: before the site, or by the sequence before anything that may not return;
//   - a number of elements, if an array of at least that many is passed;
//   - anything else not at all: the site has no text that says so.
//
// Both the plan and the certificate ask; each brings its own notion of which statements a call
// stands for. Tests: tests/rewriter/golden/promise*.txt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rewriter/function_view.h"
#include "rewriter/term.h"

namespace standstill::rewriter {

struct Factor;

struct Promises {
  struct OfArgument {
    bool isObject = false;       // it is, or points to, an object
    std::string because;         // "'s' is a reference"
    std::uint64_t elements = 0;  // of the array that it points to, at least
    std::string other;           // that no argument keeps: "'p' is restrict"; empty for none
  };
  std::vector<OfArgument> arguments;  // the object first, if the helper is a member
  std::string ofCall;                 // "it is declared pure"; empty for none
};

// What all declarations of `helper` that its translation unit has promise.
Promises promisesOf(const clang::FunctionDecl& helper);

// Statements that a call of a helper stands for, or is to stand for.
struct ReplacedSteps {
  struct Step {
    const clang::Stmt* stmt;
    ListPlace place;
  };
  const FunctionView& view;
  const Factor& factor;
  std::vector<Step> steps;         // in the helper's order
  std::vector<TermPtr> arguments;  // for the parameters; from the text of the site
};

// The promise that the site does not keep, as a sentence without its end; empty if it keeps all.
std::string brokenPromise(const ReplacedSteps& site, const Promises& promises);

}  // namespace standstill::rewriter
