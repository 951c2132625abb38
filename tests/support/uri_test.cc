#include "support/uri.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace standstill {
namespace {

TEST(Uri, encodesWhatIsNotPlain) {
  EXPECT_EQ(uriOf("/a b/caf\xc3\xa9%.so"), "/a%20b/caf%C3%A9%25.so");
  EXPECT_EQ(uriOf("/x-1.2_3~/"), "/x-1.2_3~/");
}

RC_GTEST_PROP(Uri, anyPathComesBack, ()) {
  const auto path = *rc::gen::string<std::string>();
  RC_ASSERT(pathOf(uriOf(path)) == path);
}

TEST(Uri, aLonePercentSignIsNone) {
  for (const char* bad : {"%", "%4", "%4g", "a%zz", "%-1", "%+1", "% 1"})
    EXPECT_FALSE(pathOf(bad)) << bad;
}

}  // namespace
}  // namespace standstill
