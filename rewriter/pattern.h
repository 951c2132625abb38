#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "rewriter/effects.h"
#include "rewriter/promises.h"
#include "rewriter/unit.h"

namespace standstill::rewriter {

// One parameter of a helper: what may be passed for it.
struct Parameter {
  std::string name;
  std::string type;  // without qualifiers and reference
  bool isReference = false;
  bool isConstReference = false;
  std::string pointee;  // without qualifiers; empty if it is no pointer
  bool constPointee = false;
  bool volatilePointee = false;
  bool integral = false;
  unsigned width = 0;  // of an integral type, in bits
  bool isSigned = false;
  bool copiedOnly = true;  // only stored or passed on: a wider integer type changes nothing
  size_t lastUse = 0;      // the last step that uses it
  size_t certainUse = std::numeric_limits<size_t>::max();  // the first that does so unconditionally
  // The first that unconditionally uses the object that it is, or points to.
  size_t certainlyFollowed = std::numeric_limits<size_t>::max();
};

// A local of the helper that is more than another name for a value: at a site it is some local too.
struct HelperLocal {
  std::string name;
  std::string type;  // without qualifiers
};

// What a helper returns.
struct HelperResult {
  TermPtr term;
  std::string text;
  std::string type;          // of the helper
  bool converts = false;     // the value is of another type before it is returned
  int local = -1;            // the hole, when it is one of the helper's locals that is returned
  bool discardable = false;  // computing it does nothing that a site without it would not do
};

// A helper whose body is the pattern. Its holes are the parameters (the object first, when it is a
// member), then the locals.
struct Factor {
  std::string name;         // as --factor gives it
  std::string qualified;    // as code outside its namespace calls it
  std::string key;          // see entityKey
  std::string templateKey;  // of the template that it is made of; empty for none
  std::vector<TermPtr> steps;
  std::vector<std::string> stepTexts;
  std::vector<Parameter> parameters;
  std::vector<HelperLocal> locals;
  std::optional<HelperResult> result;
  Promises promises;  // of the helper's declarations in the api file
  bool isMember = false;
  bool isInstantiation = false;  // of a template: each one that the api file makes is a pattern
  bool seesThrough = false;      // a local of it is only another name for a value
  size_t holes() const { return parameters.size() + locals.size(); }
  std::string header;  // as the api file includes it, quotes or brackets and all; may be empty
  // The first and the last step, where they are calls or keep what one returns: what makes a place
  // look like this helper.
  std::vector<size_t> distinctive;
};

// The call that makes a step distinctive, or null.
TermPtr distinctiveCall(const TermPtr& step);

// Reads the helpers named by `names`, and those marked `[[clang::annotate("standstill::factor")]]`,
// out of the api unit. On bad use (no such function, a body that is no straight line…) `error` says
// what to do, and the result is empty.
std::vector<Factor> readFactors(const Unit& api, const std::vector<std::string>& names,
                                const Assumptions& assumptions, std::string& error);

}  // namespace standstill::rewriter
