#include "rewriter/pairs.h"

#include "rewriter/held_object.h"
#include "rewriter/local_writes.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// A function with more than this many different (place, held, conditions) is not followed further.
constexpr size_t kMaxStates = 50'000;

struct Event {
  enum class Kind { kAcquire, kRelease, kStray } kind;
  int site;
};

// An acquire that is not released yet.
struct Held {
  int site;
  HeldObject object;
};

struct State {
  const clang::CFGBlock* block;
  std::vector<Held> held;
  std::map<std::string, bool> known;
  int parent;        // index of the state before, for telling the path
  std::string step;  // the branch taken to get here
};

void serialise(const Term& term, std::string& out) {
  out += term.head + "(";
  for (const TermPtr& kid : term.kids) serialise(*kid, out);
  out += ")";
}

const clang::Stmt* core(const clang::Stmt* stmt) {
  while (true) {
    const auto* expr = llvm::dyn_cast<clang::Expr>(stmt);
    if (!expr) return stmt;
    const clang::Expr* inner = withoutVoidCast(*expr)->IgnoreParenImpCasts();
    if (const auto* full = llvm::dyn_cast<clang::FullExpr>(inner)) inner = full->getSubExpr();
    if (inner == expr) return stmt;
    stmt = inner;
  }
}

class PathWalker {
 public:
  PathWalker(const Pair& pair, const FunctionView& view, const Unit& unit,
             const std::vector<const Candidate*>& candidates)
      : pair_(pair), view_(view), unit_(unit), candidates_(candidates) {}

  void addEvents(const std::vector<NearMiss>& strays) {
    for (const Candidate* candidate : candidates_) {
      (candidate->factor->name == pair_.acquire ? acquirer_ : releaser_) = candidate->factor;
    }
    if (acquirer_ && releaser_) object_ = objectOf(*acquirer_, *releaser_);
    for (size_t i = 0; i < candidates_.size(); ++i) {
      const Candidate& candidate = *candidates_[i];
      bool acquire = candidate.factor->name == pair_.acquire;
      objects_.push_back(objectAt(*candidate.factor, candidate.arguments));
      const clang::Stmt* at = acquire ? candidate.steps.back().stmt : candidate.steps.front().stmt;
      events_[core(at)] = {acquire ? Event::Kind::kAcquire : Event::Kind::kRelease,
                           static_cast<int>(i)};
    }
    for (size_t i = 0; i < strays.size(); ++i) {
      Event event = {Event::Kind::kStray, static_cast<int>(i)};
      events_.try_emplace(strays[i].call, event);
      for (const clang::Stmt* lambda : strays[i].lambdasAround) events_.try_emplace(lambda, event);
    }
    strays_ = &strays;
  }

  std::map<size_t, Refusal> run(const clang::FunctionDecl& function) {
    if (function.isDependentContext()) {
      return refuseAll("the paths of a template depend on its arguments");
    }
    clang::CFG::BuildOptions options;
    options.setAllAlwaysAdd();
    options.PruneTriviallyFalseEdges = true;
    auto& context = const_cast<clang::ASTContext&>(view_.context());
    std::unique_ptr<clang::CFG> graph =
        clang::CFG::buildCFG(&function, function.getBody(), &context, options);
    if (!graph) {
      return refuseAll("the control flow of this function is more than the analysis can follow");
    }
    writes_ = localWrites(*graph);
    for (const clang::CFGBlock* block : *graph) {
      const auto* expr = llvm::dyn_cast_or_null<clang::Expr>(block->getTerminatorCondition());
      auto condition = expr ? conditionOf(expr) : std::nullopt;
      if (condition) ++timesTested_[condition->first];
    }
    exit_ = &graph->getExit();
    push({&graph->getEntry(), {}, {}, -1, ""});
    for (size_t i = 0; i < states_.size(); ++i) {
      if (i > kMaxStates) {
        return refuseAll(fmt::format("this function has more than {} path states", kMaxStates));
      }
      follow(static_cast<int>(i));
    }
    for (size_t i = 0; i < candidates_.size(); ++i) {
      if (reached_.contains(static_cast<int>(i))) continue;
      refuse(static_cast<int>(i), Reason::kFlowUnknown, "no path of the function reaches it");
    }
    spread();
    return std::move(refused_);
  }

 private:
  std::map<size_t, Refusal> refuseAll(const std::string& why) {
    for (size_t i = 0; i < candidates_.size(); ++i) refused_[i] = {Reason::kFlowUnknown, why};
    return refused_;
  }

  void refuse(int site, Reason reason, std::string detail) {
    refused_.try_emplace(static_cast<size_t>(site), Refusal{reason, std::move(detail)});
  }

  void push(State state) {
    std::string key = fmt::format("{}/", state.block->getBlockID());
    for (const Held& held : state.held) {
      key += fmt::format("{}:{}:{},", held.site, held.object.isFixed, held.object.key);
    }
    for (const auto& [condition, value] : state.known) key += (value ? "+" : "-") + condition;
    if (seen_.insert(key).second) states_.push_back(std::move(state));
  }

  unsigned siteLine(int site) const {
    return lineOf(*unit_.ast, *candidates_[static_cast<size_t>(site)]->steps.front().stmt);
  }

  std::string path(int state) const {
    std::vector<std::string> parts;
    for (int at = state; at >= 0; at = states_[static_cast<size_t>(at)].parent) {
      const std::string& step = states_[static_cast<size_t>(at)].step;
      if (!step.empty()) parts.insert(parts.begin(), step);
    }
    if (parts.empty()) return "on the straight path";
    constexpr size_t kMaxParts = 6;
    if (parts.size() > kMaxParts) {
      parts.erase(parts.begin(), parts.end() - kMaxParts);
      parts.insert(parts.begin(), "...");
    }
    return fmt::format("on the path where {}", fmt::join(parts, ", "));
  }

  void follow(int index) {
    State state = states_[static_cast<size_t>(index)];
    if (state.block == exit_) {
      for (const Held& held : state.held) {
        refuse(held.site, Reason::kPairUnreleased,
               fmt::format("{} is not reached {} before the function ends", pair_.release,
                           path(index)));
      }
      return;
    }
    for (const clang::CFGElement& element : *state.block) {
      auto stmt = element.getAs<clang::CFGStmt>();
      if (!stmt) continue;
      if (auto it = writes_.find(stmt->getStmt()); it != writes_.end()) forget(state, it->second);
      if (auto it = events_.find(stmt->getStmt()); it != events_.end()) {
        happen(state, it->second, index);
      }
    }
    // A path that ends in a call that never returns releases nothing and need not.
    if (state.block->hasNoReturnElement()) return;
    branch(state, index);
  }

  HeldObject objectAt(const Factor& factor, const std::vector<TermPtr>& arguments) const {
    if (!object_) return {};
    size_t which = factor.name == pair_.acquire ? object_->acquire : object_->release;
    return heldObject(arguments.at(which), factor.parameters.at(which), view_);
  }

  void happen(State& state, const Event& event, int index) {
    switch (event.kind) {
      case Event::Kind::kAcquire:
        return acquire(state, event.site, index);
      case Event::Kind::kRelease:
        return release(state, event.site, index);
      default:
        return meetStray(state, (*strays_)[static_cast<size_t>(event.site)]);
    }
  }

  void acquire(State& state, int site, int index) {
    reached_.insert(site);
    const HeldObject& object = objects_[static_cast<size_t>(site)];
    for (const Held& held : state.held) {
      if (held.object.differsFrom(object)) continue;
      tie(held.site, site);
      refuse(site, Reason::kPairNested,
             fmt::format("the acquire of line {} is still held here {}", siteLine(held.site),
                         path(index)));
    }
    // Of what cannot be told apart one is followed: both are left anyway.
    std::erase_if(state.held, [&](const Held& held) { return !held.object.differsFrom(object); });
    state.held.push_back({site, object});
  }

  void release(State& state, int site, int index) {
    reached_.insert(site);
    const HeldObject& object = objects_[static_cast<size_t>(site)];
    auto same = std::find_if(state.held.begin(), state.held.end(),
                             [&](const Held& held) { return held.object.key == object.key; });
    // What changed since, or may have, is released by whatever comes when nothing else is held.
    bool only = state.held.size() == 1 && !state.held.front().object.differsFrom(object);
    if (same == state.held.end() && only) same = state.held.begin();
    if (same != state.held.end()) {
      tie(same->site, site);
      state.held.erase(same);
      return;
    }
    refuse(site, Reason::kPairUnacquired,
           fmt::format("no rewritten {} {}stands before it {}", pair_.acquire,
                       state.held.empty() ? "" : "of the same object ", path(index)));
  }

  // Whatever object it is about: who takes another one by hand in between has a protocol of his
  // own.
  void meetStray(const State& state, const NearMiss& stray) {
    for (const Held& held : state.held) {
      refuse(held.site, Reason::kPairInterleaved,
             fmt::format("'{}' (line {}) stands between this acquire and its release",
                         shortText(*unit_.ast, *stray.call), lineOf(*unit_.ast, *stray.call)));
    }
  }

  void tie(int acquire, int release) { ties_.insert({acquire, release}); }

  // One end left, the other left too, until nothing changes.
  void spread() {
    for (bool changed = true; changed;) {
      changed = false;
      for (auto [a, b] : ties_) {
        for (auto [from, to] : {std::pair(a, b), std::pair(b, a)}) {
          bool isLeft = refused_.contains(static_cast<size_t>(from));
          if (!isLeft || refused_.contains(static_cast<size_t>(to))) continue;
          const Refusal& cause = refused_[static_cast<size_t>(from)];
          Reason reason = cause.reason;
          refuse(
              to, Reason::kPairOtherEnd,
              fmt::format("the other end at line {} was left ({})", siteLine(from), code(reason)));
          changed = true;
        }
      }
    }
  }

  static void forget(State& state, const std::set<const clang::VarDecl*>& written) {
    for (const clang::VarDecl* variable : written) {
      std::string mention = fmt::format("local:{}(", static_cast<const void*>(variable));
      std::erase_if(state.known, [&](const auto& entry) {
        return entry.first.find(mention) != std::string::npos;
      });
      for (Held& held : state.held) {
        if (held.object.mentions(*variable)) held.object = {"changed", false};
      }
    }
  }

  // The condition's key and sense, when it reads nothing but locals that only this function
  // reaches.
  std::optional<std::pair<std::string, bool>> conditionOf(const clang::Expr* expr) const {
    bool sense = true;
    expr = expr->IgnoreParenImpCasts();
    while (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expr)) {
      if (unary->getOpcode() != clang::UO_LNot) break;
      sense = !sense;
      expr = unary->getSubExpr()->IgnoreParenImpCasts();
    }
    Effects effects = view_.plainEffects().ofValue(expr);
    if (effects.hasEffect()) return std::nullopt;
    if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(expr)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(ref->getDecl());
      if (!variable || !variable->hasLocalStorage() || view_.facts().of(*variable).escapes) {
        return std::nullopt;
      }
    }
    for (const Location& read : effects.reads) {
      if (!view_.isOwnLocal(read)) return std::nullopt;
    }
    TermBuilder builder = view_.termBuilder({});
    builder.setAliases(nullptr);
    std::string key;
    serialise(*builder.expr(expr), key);
    return std::pair(key, sense);
  }

  void branch(const State& state, int index) {
    const clang::Stmt* terminator = state.block->getTerminatorStmt();
    const clang::Stmt* condition = state.block->getTerminatorCondition();
    bool twoWay = state.block->succ_size() == 2 && condition &&
                  !llvm::isa_and_nonnull<clang::SwitchStmt, clang::CXXForRangeStmt>(terminator);
    const auto* expr = llvm::dyn_cast_or_null<clang::Expr>(condition);
    auto known = twoWay && expr ? conditionOf(expr) : std::nullopt;
    bool isTrue = true;
    for (const clang::CFGBlock::AdjacentBlock& next : state.block->succs()) {
      bool value = isTrue;
      isTrue = false;
      const clang::CFGBlock* block = next.getReachableBlock();
      if (!block) continue;
      State to = {block, state.held, state.known, index, ""};
      if (twoWay && expr) {
        to.step = fmt::format("'{}' (line {}) is {}", shortText(*unit_.ast, *expr),
                              lineOf(*unit_.ast, *expr), value ? "true" : "false");
      }
      // A condition that is never tested again need not be remembered.
      if (known && timesTested_.at(known->first) > 1) {
        auto [it, isNew] = to.known.try_emplace(known->first, value == known->second);
        if (!isNew && it->second != (value == known->second)) continue;
      }
      push(std::move(to));
    }
  }

  const Pair& pair_;
  const FunctionView& view_;
  const Unit& unit_;
  const std::vector<const Candidate*>& candidates_;
  const std::vector<NearMiss>* strays_ = nullptr;
  const Factor* acquirer_ = nullptr;  // as far as any site has it
  const Factor* releaser_ = nullptr;
  std::optional<PairObject> object_;
  std::vector<HeldObject> objects_;  // by site
  const clang::CFGBlock* exit_ = nullptr;
  std::map<const clang::Stmt*, Event> events_;
  LocalWrites writes_;  // what is known about them is forgotten there
  std::map<std::string, int> timesTested_;
  std::vector<State> states_;
  std::set<std::string> seen_;
  std::set<int> reached_;
  std::set<std::pair<int, int>> ties_;
  std::map<size_t, Refusal> refused_;
};

}  // namespace

std::optional<Pair> readPair(const std::string& text) {
  // The colon that parts the names is the one that stands alone.
  size_t cut = std::string::npos;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == ':' && text[i - 1] != ':' && text[i + 1] != ':') cut = i;
  }
  if (cut == std::string::npos) return std::nullopt;
  return Pair{text.substr(0, cut), text.substr(cut + 1)};
}

std::string strangerInPairs(const std::vector<Pair>& pairs, const std::vector<Factor>& factors) {
  for (const Pair& pair : pairs) {
    for (const std::string& name : {pair.acquire, pair.release}) {
      bool known = std::any_of(factors.begin(), factors.end(),
                               [&](const Factor& factor) { return factor.name == name; });
      if (known) continue;
      return fmt::format("--pair={}:{}: '{}' is no factor; add --factor={}", pair.acquire,
                         pair.release, name, name);
    }
  }
  return {};
}

std::map<size_t, Refusal> checkPairs(const Pair& pair, const clang::FunctionDecl& function,
                                     const FunctionView& view,
                                     const std::vector<const Candidate*>& candidates,
                                     const std::vector<NearMiss>& strays, const Unit& unit) {
  PathWalker walker(pair, view, unit, candidates);
  walker.addEvents(strays);
  return walker.run(function);
}

}  // namespace standstill::rewriter
