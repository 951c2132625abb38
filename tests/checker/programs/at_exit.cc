// What is registered to run at the end of the process, which an execution is not. The C library
// links a part of atexit into each library that calls it.
#include <standstill/scenario.h>

#include <cstdio>
#include <cstdlib>

STANDSTILL_SCENARIO(registers_a_handler) {
  standstill::observe("registered", std::atexit([] { std::puts("at exit"); }));
  std::exit(0);
}
