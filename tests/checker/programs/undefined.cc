// Calls a function that is defined nowhere.
#include <standstill/scenario.h>

extern "C" void UNDEFINED();

STANDSTILL_SCENARIO(calls_it) { UNDEFINED(); }
