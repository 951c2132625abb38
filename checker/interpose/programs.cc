// What <standstill/operation.h> declares, on the side of a program that runs: workers and their
// calls. Registering operations is in engine/library.cc.
#include "checker/interpose/interpose.h"
#include "standstill/operation.h"

namespace standstill::checker {

// The scenario that every program runs as; called in the subject's place.
void runProgram() {
  const ProgramHooks& hooks = Engine::instance().library().hooks();
  if (hooks.setup != nullptr) hooks.setup();
  hooks.run();
  if (hooks.final != nullptr) hooks.final();
}

}  // namespace standstill::checker

using namespace standstill::checker;

extern "C" int standstill_workers(void) {
  return scheduling() ? static_cast<int>(Engine::instance().program().workers.size()) : 0;
}

extern "C" void standstill_work(int worker) {
  const Program& program = Engine::instance().program();
  if (!scheduling() || worker < 1 || static_cast<size_t>(worker) > program.workers.size())
    misuse("standstill_work of a worker that the program does not have", nullptr, CALLER);
  const Operations& operations = Engine::instance().library().operations();
  // The calls and the table stay as they are while the subject's code runs in between.
  for (const Call& call : program.workers[static_cast<size_t>(worker) - 1]) {
    {
      EngineScope scope;
      Engine::instance().noteCall(static_cast<uint32_t>(worker), call);
    }
    operations[call.operation].call(call.arguments.data());
  }
}
