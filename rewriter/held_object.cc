#include "rewriter/held_object.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

bool isObjectType(const Parameter& parameter) {
  return parameter.isReference || !parameter.pointee.empty();
}

// Builds the key of one object.
class KeyBuilder {
 public:
  explicit KeyBuilder(const FunctionView& view) : view_(view) {}

  // What is compared is a value, as of a pointer.
  void value(const Term& seen) {
    const Term& term = lasting(seen);
    if (term.head.starts_with("local:")) {
      key_ += nameOf(term, "local");
      bool own = term.variable && !view_.facts().of(*term.variable).escapes;
      // The name of an array is its address.
      bool array = term.variable && term.variable->getType()->isArrayType();
      fixed_ = fixed_ && (own || array);
    } else if (term.head == "addr") {
      key_ += "&";
      place(*term.kids[0]);
    } else if (term.head.starts_with("ref:")) {
      key_ += term.head;
      bool array = term.spelled && term.spelled->getType()->isArrayType();
      fixed_ = fixed_ && array;
    } else if (term.head.starts_with("int:") || term.head.starts_with("enum:") ||
               term.head == "this" || term.head == "null") {
      key_ += term.head;
    } else if (term.head.starts_with("binary") || term.head.starts_with("cast:")) {
      fixed_ = fixed_ && !term.head.ends_with("=");
      key_ += term.head + "(";
      for (const TermPtr& kid : term.kids) value(*kid);
      key_ += ")";
    } else {
      memory(term);
    }
  }

  // What is compared is where an object lies.
  void place(const Term& term) {
    if (term.head.starts_with("local:")) {
      // A reference is fixed where it is declared.
      key_ += nameOf(term, "object");
    } else if (term.head.starts_with("ref:")) {
      key_ += term.head;
    } else if (term.head.starts_with("member:")) {
      key_ += term.head + "(";
      place(*term.kids[0]);
      key_ += ")";
    } else if (term.head == "deref") {
      key_ += "*";
      value(*term.kids[0]);
    } else if (term.head == "element") {
      key_ += "[";
      const Term& base = *term.kids[0];
      bool array = base.spelled && base.spelled->getType()->isArrayType();
      array ? place(base) : value(base);
      key_ += ",";
      value(*term.kids[1]);
      key_ += "]";
    } else {
      memory(term);
    }
  }

  HeldObject made() const { return {key_, fixed_}; }

 private:
  static std::string nameOf(const Term& term, const char* kind) {
    return fmt::format("{}:{}(", kind, static_cast<const void*>(term.variable));
  }

  // Something whose value others may change.
  void memory(const Term& term) {
    fixed_ = false;
    key_ += term.head + "(";
    for (const TermPtr& kid : term.kids) value(*kid);
    key_ += ")";
  }

  // A local that names what it read from memory stays what it is when that changes; one that names
  // other locals is compared by those.
  const Term& lasting(const Term& term) const {
    if (!term.own || !term.own->variable) return term;
    const clang::Expr* meaning = view_.facts().of(*term.own->variable).value;
    if (!meaning) return *term.own;
    Effects effects = view_.plainEffects().ofValue(meaning);
    bool locals = std::all_of(effects.reads.begin(), effects.reads.end(), [&](const Location& at) {
      const auto* variable = llvm::dyn_cast_or_null<clang::VarDecl>(at.root);
      return view_.isOwnLocal(at) && !view_.facts().of(*variable).reassigned;
    });
    return locals ? term : *term.own;
  }

  const FunctionView& view_;
  std::string key_;
  bool fixed_ = true;
};

}  // namespace

std::optional<PairObject> objectOf(const Factor& acquire, const Factor& release) {
  for (bool byName : {true, false}) {
    for (size_t r = 0; r < release.parameters.size(); ++r) {
      const Parameter& given = release.parameters[r];
      for (size_t a = 0; a < acquire.parameters.size(); ++a) {
        const Parameter& taken = acquire.parameters[a];
        bool same = taken.type == given.type && taken.isReference == given.isReference &&
                    isObjectType(given) && (!byName || taken.name == given.name);
        if (same) return PairObject{a, r};
      }
    }
  }
  return std::nullopt;
}

bool HeldObject::mentions(const clang::VarDecl& local) const {
  return key.find(fmt::format("local:{}(", static_cast<const void*>(&local))) != std::string::npos;
}

HeldObject heldObject(const TermPtr& argument, const Parameter& parameter,
                      const FunctionView& view) {
  KeyBuilder builder(view);
  if (!argument) return {};
  if (parameter.isReference) {
    builder.place(*argument);
  } else {
    builder.value(*argument);
  }
  return builder.made();
}

}  // namespace standstill::rewriter
