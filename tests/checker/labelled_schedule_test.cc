// Schedules by step labels: the same on the same build, and found again on one that has changed.
#include "checker/compare/labelled_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "checker/compare/program_text.h"
#include "checker/compare/repro.h"
#include "checker/engine/random_walk.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

// A schedule with one preemption on which an update is lost: T1 has loaded when T2 runs.
const Schedule& lostUpdate() {
  static const Schedule schedule = decodeSchedule("0*2 1*2 2*4 1*2 0*4");
  return schedule;
}

LabelledSchedule labelsOfLostUpdate(Symbols& symbols) {
  const Library& library = program("operations_lost");
  Engine::instance().setProgram(programFrom({"add(1)", "add(1)"}, library));
  return labelSchedule(library, *library.find(Library::kProgram), lostUpdate(), {}, symbols);
}

std::vector<std::string> encoded(const LabelledSchedule& runs) {
  std::vector<std::string> labels;
  for (const LabelledRun& run : runs) labels.push_back(run.encode());
  return labels;
}

// Only the preemption needs a place in the code.
TEST(LabelledSchedule, namesWhereAThreadGivesWay) {
  Symbols symbols;
  const LabelledSchedule runs = labelsOfLostUpdate(symbols);
  const std::vector<std::string> labels = encoded(runs);
  ASSERT_EQ(labels.size(), 5U);
  EXPECT_EQ(labels[0], "");
  EXPECT_THAT(labels[1], testing::StartsWith("1. load; total; "));
  EXPECT_THAT(labels[1], HasSubstr("standstill_operation_add"));
  for (size_t i = 2; i < labels.size(); ++i) EXPECT_EQ(labels[i], "");
  EXPECT_EQ(encoded(decodeLabels(lostUpdate(), labels)), labels);
}

TEST(LabelledSchedule, otherTextIsRefused) {
  const Schedule two{0, 0, 1};
  EXPECT_THROW(decodeLabels(two, {""}), UsageError);
  for (const char* bad : {"store", "1. store", "1. store; x", "0. store; x; f", "3. store; x; f",
                          "x. store; x; f", "1 store; x; f", "1.store; x; f"}) {
    EXPECT_THROW(decodeLabels(two, {bad, ""}), UsageError) << bad;
  }
}

RC_GTEST_PROP(LabelledSchedule, onTheSameBuildIsTheSameSchedule, ()) {
  static Symbols symbols;
  using Pair = std::pair<const char*, const char*>;
  const auto [name, scenario] =
      *rc::gen::element(Pair("variant_yielding", "alternation"), Pair("variant_locked", "large"),
                        Pair("variant_lost", "large"));
  const Library& library = program(name);
  const Scenario& body = *library.find(scenario);
  RandomWalk walk(*rc::gen::arbitrary<uint64_t>(), 1);
  walk.begin();
  const Execution execution = Engine::instance().run(library, body, walk, {});
  const LabelledSchedule runs = labelSchedule(library, body, execution.schedule(), {}, symbols);
  const Followed followed =
      follow(decodeLabels(execution.schedule(), encoded(runs)), library, body, {}, symbols);
  RC_ASSERT(followed.execution.schedule() == execution.schedule());
  RC_ASSERT(followed.execution.outcome == execution.outcome);
  RC_ASSERT(followed.adaptations.empty());
}

struct Changed {
  const char* build;
  const char* expected;
  const char* found;
};

TEST(LabelledSchedule, findsTheStepInAChangedBuild) {
  Symbols symbols;
  const LabelledSchedule runs = labelsOfLostUpdate(symbols);
  for (const Changed& changed :
       {Changed{"operations_lost_later", "its step 2", "that as its step 4"},
        Changed{"operations_lost_elsewhere", "load total", "load total"}}) {
    const Library& library = program(changed.build);
    const Followed followed = follow(runs, library, *library.find(Library::kProgram), {}, symbols);
    EXPECT_EQ(followed.execution.outcome.summary(), "completed: total=1, size=0") << changed.build;
    ASSERT_FALSE(followed.adaptations.empty()) << changed.build;
    EXPECT_THAT(followed.adaptations[0].expected, HasSubstr(changed.expected));
    EXPECT_THAT(followed.adaptations[0].found, HasSubstr(changed.found));
  }
}

// Where the step is gone, the number of steps is what is left.
TEST(LabelledSchedule, goesOnWhereTheStepIsGone) {
  Symbols symbols;
  const LabelledSchedule runs = labelsOfLostUpdate(symbols);
  const Library& library = program("operations_right");
  const Followed followed = follow(runs, library, *library.find(Library::kProgram), {}, symbols);
  EXPECT_EQ(followed.execution.outcome.summary(), "completed: total=2, size=0");
  ASSERT_FALSE(followed.adaptations.empty());
  EXPECT_THAT(followed.adaptations[0].text(), HasSubstr("adapted at step"));
}

}  // namespace
}  // namespace standstill::checker
