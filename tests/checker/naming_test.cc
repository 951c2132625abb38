#include "checker/engine/naming.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace standstill::checker {
namespace {

TEST(Naming, addressesAreNumberedInTheOrderInWhichTheyAreMentioned) {
  Naming naming;
  EXPECT_EQ(naming.name(0x7000), 1U);
  EXPECT_EQ(naming.name(0x1000), 2U);
  EXPECT_EQ(naming.name(0x7000), 1U);
}

TEST(Naming, clearingForgetsAllAndStartsAtOneAgain) {
  Naming naming;
  naming.name(0x7000);
  naming.clear();
  EXPECT_EQ(naming.name(0x1000), 1U);
  EXPECT_EQ(naming.name(0x7000), 2U);
}

// Against a map, through several rounds and the growth of the table.
RC_GTEST_PROP(Naming, agreesWithAMap, ()) {
  Naming naming;
  for (int round = 0; round < 3; ++round) {
    std::map<uintptr_t, ObjectId> expected;
    const auto stride = *rc::gen::element<uintptr_t>(1, 4, 8, 64, 4096, uintptr_t{1} << 32);
    for (int i = 0; i < 3'000; ++i) {
      const uintptr_t address =
          (*rc::gen::just(static_cast<uintptr_t>(i * 2654435761U % 2'000))) * stride;
      const auto [place, isNew] =
          expected.try_emplace(address, static_cast<ObjectId>(expected.size() + 1));
      RC_ASSERT(naming.name(address) == place->second);
    }
    naming.clear();
  }
}

}  // namespace
}  // namespace standstill::checker
