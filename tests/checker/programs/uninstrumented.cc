#include <standstill/scenario.h>

STANDSTILL_SCENARIO(uninstrumented) { standstill::observe("x", 1); }
