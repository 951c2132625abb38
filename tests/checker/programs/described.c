/* Every kind of parameter, in C; a runner that is no thread each; and what it says of workers. */
#include <standstill/operation.h>

enum mode { FAST, SLOW, SLOWER };

static int worker;

STANDSTILL_OPERATION(all, STANDSTILL_INT(number, -2, 7), STANDSTILL_BOOL(flag),
                     STANDSTILL_ONE_OF(mode, FAST, SLOW, SLOWER),
                     STANDSTILL_ONE_OF(text, "a", "a, b", "it's (")) {
  standstill_observe("number", number);
  standstill_observe("flag", (int)flag);
  standstill_observe("mode", (int)mode);
  standstill_observe("text", text);
}

STANDSTILL_OPERATION(nothing) {}
STANDSTILL_OPERATION(one, STANDSTILL_BOOL(flag)) { (void)flag; }
STANDSTILL_OPERATION(two, STANDSTILL_BOOL(flag), STANDSTILL_BOOL(other)) {
  (void)flag, (void)other;
}
STANDSTILL_OPERATION(three, STANDSTILL_BOOL(flag), STANDSTILL_BOOL(other),
                     STANDSTILL_INT(n, 5, 5)) {
  (void)flag, (void)other, (void)n;
}

STANDSTILL_SETUP { standstill_observe("begins", standstill_workers()); }
STANDSTILL_FINAL { standstill_observe("ends", worker); }

/* All on the main thread, the last worker first. */
STANDSTILL_RUNNER {
  for (worker = standstill_workers(); worker > 0; --worker) standstill_work(worker);
}
STANDSTILL_CURRENT_WORKER { return worker; }
