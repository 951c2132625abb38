#include "tests/rewriter/random_program.h"

#include <fmt/format.h>

namespace standstill::rewriter {

const char* const kWorld = R"(#pragma once
struct obj { int mu; int why; int depth; int flags; struct obj* next; };
union both { int word; short half[2]; };
extern struct obj g_obj, pool[3];
extern struct obj* gp;
extern union both both;
extern int sema, state, counter;
struct obj* getg(void) __attribute__((const));
int peek(void) __attribute__((pure));
static inline struct obj* current(void) { return gp; }
int next(void);
void note(int value);
void acquire(int* mu);
void release(int* mu);
void stop(void);
void start(void);
void enter(int why);
void leave(void);
void lock_obj(struct obj* o, int why);
void unlock_obj(struct obj* o);
void mark(int a, int b);
void swap_in(struct obj* o);
int depth_of(struct obj* o);
int visit(struct obj* o);
int push(int by);
void count_on(int k);
)";

const char* const kHelpers = R"(#include "world.h"
void enter(int why) {
  acquire(&sema);
  getg()->why = why;
  stop();
}
void leave(void) {
  getg()->why = 0;
  release(&sema);
  start();
}
void lock_obj(struct obj* o, int why) {
  acquire(&o->mu);
  o->why = why;
  o->depth++;
}
void unlock_obj(struct obj* o) {
  o->depth--;
  o->why = 0;
  release(&o->mu);
}
void mark(int a, int b) {
  state = a;
  counter += b;
  both.word = a;
}
void swap_in(struct obj* o) {
  gp = o;
  note(!o->next);
  current()->flags = 4;
}
int depth_of(struct obj* o) {
  stop();
  int depth = o->depth;
  start();
  return depth;
}
int visit(struct obj* o) {
  start();
  o->flags++;
  return o->flags;
}
int push(int by) {
  int d = next();
  d += by;
  note(d);
  return d;
}
void count_on(int k) {
  int before = peek();
  int after;
  after = before + k;
  before = next();
  counter = after + before;
}
)";

const char* const kHelperFlags =
    "--factor=enter --factor=leave --factor=lock_obj --factor=unlock_obj --factor=mark "
    "--factor=swap_in --factor=depth_of --factor=visit --factor=push --factor=count_on "
    "--pair=enter:leave --pair=lock_obj:unlock_obj";

// The primitives change what they can reach now and then, so that an order that is not kept shows.
const char* const kPrimitives = R"(#include "world.h"
#include <stdio.h>
struct obj g_obj, pool[3];
struct obj* gp;
union both both;
int sema, state, counter;
static int clock;
static int index_of(int* mu) {
  return mu == &sema ? -1 : mu == &g_obj.mu ? 9 : (int)((struct obj*)mu - pool);
}
static unsigned hash(void) {
  unsigned h = 17;
  struct obj* all[] = {&g_obj, pool, pool + 1, pool + 2};
  for (int i = 0; i < 4; i++)
    h = ((((h * 31 + all[i]->mu) * 31 + all[i]->why) * 31 + all[i]->depth) * 31 + all[i]->flags) * 31;
  return ((((h + index_of(&gp->mu)) * 31 + sema) * 31 + state) * 31 + counter) * 31 + both.word;
}
static void trace(char what, int value) {
  printf(" %c%d:%x", what, value, hash());
  clock++;
  if (clock % 3 == 0) state += clock;
  if (clock % 5 == 0) gp = gp == pool ? pool + 1 : pool;
  if (clock % 4 == 0) pool[clock & 1].flags++;
  if (clock % 7 == 0) pool[0].why++;
}
struct obj* getg(void) { return &pool[0]; }
int peek(void) { return state + pool[1].flags; }
int next(void) { trace('n', 0); return clock % 3; }
void note(int value) { trace('v', value); }
void acquire(int* mu) { trace('a', index_of(mu)); ++*mu; }
void release(int* mu) { trace('r', index_of(mu)); --*mu; }
void stop(void) { trace('s', 0); }
void start(void) { trace('t', 0); }
void reset(void) {
  struct obj none = {0};
  g_obj = pool[0] = pool[1] = pool[2] = none;
  g_obj.next = pool[0].next = &pool[1];
  pool[1].next = &g_obj;
  gp = pool;
  both.word = sema = state = counter = clock = 0;
}
void show(const char* name, int result) { printf(" = %s %d:%x\n", name, result, hash()); }
)";

std::string mainProgram(const std::vector<RandomFunction>& functions) {
  std::string out =
      "#include \"world.h\"\nvoid reset(void);\nvoid show(const char* name, int result);\n";
  for (const RandomFunction& function : functions) {
    out += fmt::format("int {}(int a, int b, struct obj* p, struct obj* q);\n", function.name);
  }
  out += "int main(void) {\n  reset();\n  show(\"\", 0);\n";
  constexpr const char* kArguments[] = {"0, 0, pool, pool + 1", "1, 0, pool + 1, pool + 1",
                                        "0, 1, &g_obj, pool", "2, 1, pool, pool",
                                        "3, 2, pool + 2, &g_obj"};
  for (const RandomFunction& function : functions) {
    for (const char* arguments : kArguments) {
      out += fmt::format("  reset();\n  show(\"{0}\", {0}({1}));\n", function.name, arguments);
    }
  }
  return out + "  return 0;\n}\n";
}

namespace {

class Maker {
 public:
  Maker(const std::vector<std::uint8_t>& choices, bool sure) : choices_(choices), sure_(sure) {}

  RandomFunction make(const std::string& name) {
    indent_ = 1;
    line("int x = a + 1, y = 2, guard = 0;");
    line("int arr[2] = {b, 3};");
    line("struct obj* r = p;");
    line("struct obj* g = getg();");
    line("struct obj* late;");
    line("int w = a;");
    line("int v = state + p->why;");
    escapes_ = !sure_ && oneOf(3) == 0;
    if (escapes_) line(oneOf(2) ? "int* ip = &x;" : "int* ip = &a;");
    line("late = q;");
    bool label = !sure_ && oneOf(5) == 0;
    if (label) line("again:");
    int pieces = 2 + static_cast<int>(oneOf(3));
    for (int i = 0; i < pieces; ++i) piece();
    if (label) line("if (++guard < 3) goto again;");
    line("note(x + 3 * y + 5 * arr[0] + 7 * arr[1] + w);");
    line("r->flags++; g->flags++; late->flags++;");
    line("return x + y + guard + a + b;");
    std::string text =
        fmt::format("int {}(int a, int b, struct obj* p, struct obj* q) {{\n{}}}\n", name, text_);
    return {name, text, sites_};
  }

 private:
  unsigned oneOf(unsigned count) {
    unsigned choice = choices_[at_++ % choices_.size()];
    // Past its end the row is read again, shifted, so that it does not repeat itself.
    return (choice + static_cast<unsigned>(at_ / choices_.size()) * 7) % count;
  }
  template <size_t N>
  std::string pick(const char* const (&from)[N]) {
    return from[oneOf(N)];
  }

  void line(const std::string& text) {
    text_ += std::string(static_cast<size_t>(indent_) * 2, ' ') + text + "\n";
  }

  // A block's statement: anything at all, sequences included.
  void piece() {
    switch (sure_ ? oneOf(4) : oneOf(9)) {
      case 0:
        return paired();
      case 1:
        return single();
      case 2:
        return block();
      case 3:
        return resulting();
      case 4:
        return other();
      default:
        return oneOf(3) == 0 ? resulting() : oneOf(2) ? paired() : single();
    }
  }

  // What gets the value that a helper computes: a local of its own, another one, or more.
  struct Receiver {
    std::string declares;  // `int ` in front of its first value
    std::string name;
  };
  Receiver receiver() {
    bool fresh = sure_ ? oneOf(3) != 0 : oneOf(2) != 0;
    if (fresh) return {"int ", fmt::format("t{}", locals_++)};
    return {"", sure_ ? "y" : pick({"x", "y", "b", "arr[0]", "state", "q->depth", "w"})};
  }

  // Sequences of helpers that return something or have locals, and what becomes of the value.
  void resulting() {
    switch (oneOf(4)) {
      case 0: {
        Receiver to = receiver();
        Object there = sure_ ? Object{{"p->", "r->", "(*p)."}} : object();
        steps({"stop();", fmt::format("{}{} = {}depth;", to.declares, to.name, spell(there)),
               "start();"});
        return use(to);
      }
      case 1: {
        Object there = sure_ ? Object{{"p->", "r->"}} : object();
        std::string value = spell(there) + "flags";
        std::string increment = fmt::format(
            fmt::runtime(pick({"{0}++;", "{0} += 1;", "{0} = {0} + 1;", "{0} = 1 + {0};"})),
            spell(there) + "flags");
        Receiver to = receiver();
        std::string computed = fmt::format("{}{} = {};", to.declares, to.name, value);
        bool other = oneOf(3) == 0;
        if (other) {
          computed = fmt::format(fmt::runtime(pick({"note({0});", "if ({0} > 3) note(a);",
                                                    "y += 2 * {0};", "if (b > 2) return {0};"})),
                                 value);
          // Behind a condition it may not be computed at all: that is for the unsure ones.
          if (sure_ && computed.starts_with("if (b")) computed = fmt::format("note({});", value);
        }
        steps({"start();", increment, computed});
        if (!other) use(to);
        return;
      }
      case 2: {
        Receiver to = receiver();
        std::string by = sure_ ? pick({"1", "b", "w"}) : value();
        std::string adds = pick({"{0} += {1};", "{0} = {0} + {1};"});
        steps({fmt::format("{}{} = next();", to.declares, to.name),
               fmt::format(fmt::runtime(adds), to.name, by), fmt::format("note({});", to.name)});
        if (oneOf(3) != 0) use(to);
        return;
      }
      default: {
        std::string a = fmt::format("t{}", locals_++);
        std::string b = fmt::format("t{}", locals_++);
        std::string k = sure_ ? pick({"1", "b", "w"}) : value();
        steps({fmt::format("int {} = peek();", a), fmt::format("int {} = {} + {};", b, a, k),
               fmt::format("{} = next();", a), fmt::format("counter = {} + {};", b, a)});
        // Now and then what should have died lives on.
        if (!sure_ && oneOf(5) == 0) line(fmt::format("note({});", oneOf(2) ? a : b));
      }
    }
  }

  void use(const Receiver& to) {
    switch (oneOf(4)) {
      case 0:
        return line(fmt::format("note({});", to.name));
      case 1:
        return line(fmt::format("y += {};", to.name));
      case 2:
        return line(fmt::format("if ({} > 1) note(7);", to.name));
      default:
        return line(fmt::format("note({0} + {0});", to.name));
    }
  }

  void block() {
    if (depth_ >= 2) return single();
    ++depth_;
    std::string head = sure_ ? pick({"if (a)", "if (b > 1)", "for (int i = 0; i < 2; i++)"})
                             : pick({"if (a)", "if (x > 1)", "if (state & 1)",
                                     "while (guard++ < 2)", "for (int i = 0; i < 2; i++)", "do"});
    line(head + " {");
    bool loop = head[0] != 'i';
    loops_ += loop ? 1 : 0;
    ++indent_;
    piece();
    if (oneOf(2)) piece();
    --indent_;
    loops_ -= loop ? 1 : 0;
    line(head == "do" ? "} while (guard++ < 1);" : "}");
    --depth_;
  }

  // Statements that may stand anywhere.
  void other() {
    if (sure_) return line("note(x);");
    switch (oneOf(24)) {
      case 0:
        return line("x = x + 1;");
      case 1:
        return line("y = a;");
      case 2:
        return line("state++;");
      case 3:
        return line("counter = b;");
      case 4:
        return line("p->flags = 3;");
      case 5:
        return line("q->why = 7;");
      case 6:
        return line("r->depth++;");
      case 7:
        return line("g_obj.flags++;");
      case 8:
        return line("gp->flags = 1;");
      case 9:
        return line("gp = q;");
      case 10:
        return line("note(x);");
      case 11:
        return line(escapes_ ? "*ip = 5;" : "y ^= 1;");
      case 12:
        return line("p = q;");
      case 13:
        return line("a++;");
      case 14:
        return line("arr[x & 1]++;");
      case 15:
        return line("x = peek();");
      case 16:
        return line("if (a > 1) y = 2;");
      case 17:
        return line(oneOf(2) ? "if (b > 1) return x;" : "if (state > 9) return 4;");
      case 18:
        return line("{ int why = 3; note(why); }");
      case 19:
        return line("x = state;");
      case 20:
        return line(fmt::format("int z{} = {};", locals_++, value()));
      case 21:
        return line(loops_ > 0 ? "if (x & 1) break;" : "both.half[0]++;");
      case 22:
        return line(oneOf(2) ? "for (int k = 0; k < 2; k++) y += k;" : "y = g->why;");
      default:
        return line(oneOf(2) ? "q->depth += 2;" : "b = getg()->depth;");
    }
  }

  void between() {
    if (sure_ || oneOf(4) != 0) return;
    other();
    if (oneOf(4) == 0) other();
  }

  std::string value() {
    if (sure_) return pick({"1", "7", "b", "b + 1", "a", "v"});
    return pick({"1",     "7",      "a",           "b",      "x",         "w",
                 "a + 1", "state",  "p->flags",    "peek()", "arr[0]",    "arr[a & 1]",
                 "a++",   "next()", "r->why",      "(y, b)", "a ? b : y", "guard",
                 "v",     "v + 1",  "both.half[0]"});
  }

  // Something that ends in `.` or `->`, as the same object may be spelled in each step.
  struct Object {
    std::vector<std::string> spellings;
  };
  Object object() {
    switch (sure_ ? oneOf(3) : oneOf(9)) {
      case 0:
        return {{"p->", "(*p).", "r->"}};
      case 1:
        return {{"q->", "late->", "(*q)."}};
      case 2:
        return {{"g_obj."}};
      case 3:
        return {{"getg()->", "g->"}};
      case 4:
        return {{"gp->", "current()->"}};
      case 5:
        return {{"pool[1].", "(&pool[1])->"}};
      case 6:
        return {{"pool[a & 1].", "pool[w & 1]."}};
      case 7:
        return {{"q->next->", "late->next->"}};
      default:
        return {{"p->", "(*r).", "q->"}};
    }
  }
  std::string spell(const Object& object) {
    return object.spellings[oneOf(static_cast<unsigned>(object.spellings.size()))];
  }

  void steps(std::vector<std::string> lines) {
    // Now and then something that is none of the helpers after all.
    unsigned fault = sure_ ? 0 : oneOf(24);
    // What declares a local stays where it is.
    auto declares = [](const std::string& one) { return one.starts_with("int "); };
    if (fault == 1 && !declares(lines[0]) && !declares(lines[1])) std::swap(lines[0], lines[1]);
    if (fault == 2 && !declares(lines.back())) lines.pop_back();
    if (sure_) ++sites_;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) between();
      line(lines[i]);
    }
  }

  void single() {
    if (oneOf(2)) {
      std::string a = sure_ ? pick({"1", "b", "w"}) : value();
      steps({fmt::format("state = {};", a), fmt::format("counter += {};", value()),
             fmt::format("both.word = {};", !sure_ && oneOf(6) == 0 ? value() : a)});
    } else {
      Object there = sure_ ? Object{{"p->", "r->"}} : object();
      std::string member = spell(there);
      std::string address = member.back() == '.' ? "&" + member.substr(0, member.size() - 1)
                                                 : member.substr(0, member.size() - 2);
      steps({fmt::format("gp = {};", address),
             oneOf(2) ? fmt::format("note(!{}next);", spell(there))
                      : fmt::format("note({}next == 0);", spell(there)),
             oneOf(2) ? "gp->flags = 4;" : "current()->flags = 4;"});
    }
  }

  void paired() {
    bool worldWide = oneOf(2);
    Object there = object();
    std::string condition = oneOf(4) ? "" : pick({"if (w)", "if (b)", "if (w > 1)"});
    auto within = [&](const std::vector<std::string>& lines) {
      if (!condition.empty()) line(condition + " {");
      indent_ += condition.empty() ? 0 : 1;
      steps(lines);
      indent_ -= condition.empty() ? 0 : 1;
      if (!condition.empty()) line("}");
    };
    std::string g = oneOf(2) ? "g->" : "getg()->";
    if (worldWide) {
      within({"acquire(&sema);", fmt::format("{}why = {};", g, value()), "stop();"});
    } else {
      std::string count = pick({"{}depth++;", "++{}depth;", "{}depth += 1;"});
      within({fmt::format("acquire(&{}mu);", spell(there)),
              fmt::format("{}why = {};", spell(there), value()),
              fmt::format(fmt::runtime(count), spell(there))});
    }
    ++indent_;
    for (unsigned i = oneOf(3); i > 0; --i) other();
    --indent_;
    if (worldWide) {
      within({fmt::format("{}why = 0;", g), "release(&sema);", "start();"});
    } else {
      within({fmt::format("{}depth--;", spell(there)), fmt::format("{}why = 0;", spell(there)),
              fmt::format("release(&{}mu);", spell(there))});
    }
  }

  const std::vector<std::uint8_t>& choices_;
  bool sure_;
  size_t at_ = 0;
  std::string text_;
  int indent_ = 0;
  int depth_ = 0;
  int loops_ = 0;
  int locals_ = 0;
  int sites_ = 0;
  bool escapes_ = false;
};

}  // namespace

RandomFunction randomFunction(const std::string& name, const std::vector<std::uint8_t>& choices,
                              bool sure) {
  return Maker(choices, sure).make(name);
}

}  // namespace standstill::rewriter
