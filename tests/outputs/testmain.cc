#include <gtest/gtest.h>

#include "runtime/symbols/symbols.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  standstill::rt::useSymbols();
  return RUN_ALL_TESTS();
}
