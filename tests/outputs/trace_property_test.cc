// Random programs on real threads: whatever they do, and however the threads interleave, the trace
// is one that the rules of the format allow; of some of them the real tool has to say so.
#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/outputs/sample.h"
#include "tests/runtime/traced.h"

namespace sample {
namespace {

enum class Op {
  yield,
  spawn,
  lock,
  call,
  callBlocking,
  sleep,
  procs,
  collect,
  collectBeside,
  allocate,
  send,
  preempt,
  count
};

// What the goroutines of a program share.
struct Shared {
  rt::Sema mutex{1};
  rt::Chan<int> values{1};
  rt::WaitGroup ended;
};

void perform(Op op, int number, Shared* shared) {
  switch (op) {
    case Op::yield:
      rt::Gosched();
      break;
    case Op::spawn:
      shared->ended.add(1);
      rt::go([shared] { shared->ended.done(); }, "child");
      break;
    case Op::lock:
      rt::semacquire(&shared->mutex, false);
      rt::Gosched();
      rt::semrelease(&shared->mutex);
      break;
    case Op::call:
      rt::entersyscall();
      rt::exitsyscall();
      break;
    case Op::callBlocking:
      rt::entersyscallblock();
      usleep(10);
      rt::exitsyscall();
      break;
    case Op::sleep:
      rt::Sleep(number * 1000);
      break;
    case Op::procs:
      rt::GOMAXPROCS(1 + number % 4);
      break;
    case Op::collect:
      rt::GC();
      break;
    case Op::collectBeside:
      rt::startGC(rt::gcBackgroundMode);
      break;
    case Op::allocate:
      for (int i = 0; i < 100; i++) rt::mallocgc(static_cast<size_t>(number) * 100);
      break;
    case Op::send:
      // Each one sends and receives as often, so nobody waits for ever.
      shared->ended.add(1);
      rt::go([shared] { shared->values.send(1), shared->ended.done(); }, "sender");
      shared->values.recv();
      break;
    default:
      rt::requestpreempt(rt::getg());
      rt::safepoint();
  }
}

using Program = std::vector<std::vector<Op>>;  // the operations of each goroutine

std::string traceOf(const Program& program, int procs) {
  std::string file;
  rt::inRun(procs, [&] {
    file = rt::traced([&] {
      Shared shared;
      shared.ended.add(static_cast<int>(program.size()));
      for (const std::vector<Op>& ops : program) {
        rt::go(
            [&] {
              int number = 0;
              for (Op op : ops) perform(op, ++number, &shared);
              shared.ended.done();
            },
            "goroutine");
      }
      shared.ended.wait();
    });
  });
  return file;
}

RC_GTEST_PROP(TraceProperty, IsWellFormedWhateverTheProgramDoes, ()) {
  auto op = rc::gen::map(rc::gen::inRange(0, static_cast<int>(Op::count)),
                         [](int i) { return static_cast<Op>(i); });
  auto program = *rc::gen::container<Program>(rc::gen::container<std::vector<Op>>(op));
  std::string file = traceOf(program, *rc::gen::inRange(1, 5));
  rt::DecodedTrace trace(file);
  RC_ASSERT(trace.error == "");
  RC_ASSERT(rt::TraceRules::firstViolation(trace) == "");
  static int cases = 0;
  if (cases++ % 20 == 19) RC_ASSERT(!rt::goToolTrace(file).empty());
}

}  // namespace
}  // namespace sample
