#include "checker/report/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/engine/replay.h"
#include "checker/report/chrome_trace.h"
#include <nlohmann/json.hpp>
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Execution runNoting(const Schedule& schedule) {
  Engine& engine = Engine::instance();
  const Library& library = program("probes");
  Replay strategy(schedule, Replay::OnDivergence::goOn);
  engine.keepNotes(true);
  Execution execution = engine.run(library, *library.find("jobs_and_a_window"), strategy, {});
  engine.keepNotes(false);
  return execution;
}

// The other thread runs after main's lock in one, and before it in the other: they part at step 1.
Timeline twoOrders() {
  Counterexample example{.schedule = {},
                         .oldSide = runNoting({0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0}),
                         .newSide = runNoting({0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0}),
                         .divergence = Divergence{.step = 1, .inSteps = true}};
  Symbols symbols;
  return timelineOf(example, program("probes"), program("probes"), symbols);
}

TEST(Timeline, windowsAreStretchesOfStepsWithOneReason) {
  const Timeline timeline = twoOrders();
  ASSERT_EQ(timeline.oldSide.windows.size(), 1U);
  EXPECT_EQ(timeline.oldSide.windows[0].text, "taking stock");
  EXPECT_EQ(timeline.oldSide.windows[0].first, 3U);
  EXPECT_EQ(timeline.oldSide.windows[0].last, 4U);
  EXPECT_EQ(timeline.newSide.windows[0].first, 7U);
}

TEST(Timeline, lanesTellWhichThreadCarriedThem) {
  const TimelineSide side = twoOrders().oldSide;
  EXPECT_THAT(side.lanes, ElementsAre("sweep", "<serve>"));
  ASSERT_EQ(side.rides.size(), 2U);
  ASSERT_EQ(side.rides[0].size(), 1U);  // others' steps in between do not end a ride
  EXPECT_EQ(side.rides[0][0].first, 0U);
  EXPECT_EQ(side.rides[0][0].last, 10U);
  ASSERT_EQ(side.rides[1].size(), 1U);
  EXPECT_EQ(side.rides[1][0].thread, 1U);
  EXPECT_EQ(side.rides[1][0].first, 6U);
  EXPECT_EQ(side.rides[1][0].last, 8U);
}

TEST(Timeline, stepsSayWhereTheyAreAndWhoCouldHaveGoneOn) {
  const TimelineStep step = twoOrders().oldSide.steps[1];
  EXPECT_THAT(step.what, HasSubstr("lock mutex"));
  EXPECT_EQ(step.look, Look::acquire);
  EXPECT_THAT(step.place, HasSubstr("probes.cc:"));
  EXPECT_THAT(step.enabled, ElementsAre(0U, 1U));
}

TEST(Timeline, theFirstDifferenceIsSaidInWords) {
  EXPECT_EQ(twoOrders().difference, "at step 1 the builds take different steps");
}

TEST(ChromeTrace, holdsEachStepOnce) {
  const Timeline timeline = twoOrders();
  const auto trace = nlohmann::json::parse(chromeTrace(timeline));
  size_t steps = 0;
  for (const auto& event : trace.at("traceEvents"))
    steps += event.at("ph") == "X" && event.at("args").contains("step") ? 1 : 0;
  EXPECT_EQ(steps, timeline.oldSide.steps.size() + timeline.newSide.steps.size());
}

}  // namespace
}  // namespace standstill::checker
