// What fills the page's template: the parts of it that more than one section has.
#pragma once

#include <ctemplate/template.h>

#include <string>

#include "checker/compare/printable.h"
#include "checker/compare/verdict.h"

namespace standstill::checker {

using Dictionary = ctemplate::TemplateDictionary;

inline void set(Dictionary& dictionary, const char* name, const std::string& text) {
  dictionary.SetValue(name, text);
}
inline void set(Dictionary& dictionary, const char* name, size_t number) {
  dictionary.SetIntValue(name, static_cast<long>(number));
}

inline void addText(Dictionary& to, const char* section, const std::string& text) {
  set(*to.AddSectionDictionary(section), "TEXT", printable(text));
}

inline void addFact(Dictionary& to, const char* term, const std::string& text) {
  if (text.empty()) return;
  Dictionary& fact = *to.AddSectionDictionary("FACT");
  set(fact, "TERM", term);
  set(fact, "TEXT", printable(text));
}

inline void setVerdict(Dictionary& to, Verdict verdict) {
  set(to, "VERDICT", name(verdict));
  const char* kind = verdict == Verdict::different      ? "bad"
                     : verdict == Verdict::inconclusive ? "open"
                                                        : "good";
  set(to, "VERDICT_CLASS", kind);
}

}  // namespace standstill::checker
