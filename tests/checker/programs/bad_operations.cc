// Libraries that describe nothing that could be run.
#include <standstill/operation.h>

#if defined(BAD_EMPTY_RANGE)
STANDSTILL_OPERATION(pick, STANDSTILL_INT(n, 3, 2)) { standstill::observe("n", n); }
#elif defined(BAD_TWICE)
STANDSTILL_OPERATION(pick) {}
namespace another {
STANDSTILL_OPERATION(pick) {}
}  // namespace another
#elif defined(BAD_SETUP_TWICE)
STANDSTILL_OPERATION(pick) {}
STANDSTILL_SETUP {}
namespace another {
STANDSTILL_SETUP {}
}  // namespace another
#elif defined(BAD_NO_OPERATION)
STANDSTILL_FINAL {}
#elif defined(BAD_NAME)
STANDSTILL_OPERATION(pick) {}
STANDSTILL_SCENARIO(program) {}
#endif
