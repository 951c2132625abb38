// Notes of steps: what a subject's probes say, and where its threads are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/engine/replay.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

Execution runNoting(const std::string& scenario, const Schedule& schedule = {}) {
  Engine& engine = Engine::instance();
  const Library& library = program("probes");
  Replay strategy(schedule, Replay::OnDivergence::goOn);
  engine.keepNotes(true);
  Execution execution = engine.run(library, *library.find(scenario), strategy, {});
  engine.keepNotes(false);
  return execution;
}

TEST(Notes, nameLanesAndWindows) {
  // create, lock, store, unlock, store, join; in between the other thread's start, lock, unlock,
  // exit.
  const Execution execution = runNoting("jobs_and_a_window", {0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0});
  ASSERT_EQ(execution.outcome.kind, OutcomeKind::completed);
  std::vector<std::string> lanes;
  std::vector<std::string> windows;
  for (const StepNote& note : execution.notes) {
    lanes.push_back(note.lane);
    windows.push_back(note.window);
  }
  const std::string both = "taking stock";
  EXPECT_THAT(windows, ElementsAre("", "", "", both, both, "", "", "", "", "", ""));
  EXPECT_THAT(lanes, ElementsAre("sweep", "sweep", "sweep", "sweep", "sweep", "", "<serve>",
                                 "<serve>", "<serve>", "sweep", "sweep"));
}

TEST(Notes, areNotKeptUnlessAskedFor) {
  const Execution execution = runOnce("probes", "jobs_and_a_window");
  EXPECT_THAT(execution.notes, SizeIs(0));
}

// The probe writes a variable of the subject; asking it must not show in the steps.
TEST(Notes, doNotChangeTheExecution) {
  const Execution noted = runNoting("jobs_and_a_window");
  const Execution plain = runOnce("probes", "jobs_and_a_window");
  ASSERT_EQ(noted.steps.size(), plain.steps.size());
  for (size_t i = 0; i < plain.steps.size(); ++i)
    EXPECT_TRUE(noted.steps[i].matches(plain.steps[i])) << i;
  EXPECT_EQ(noted.outcome, plain.outcome);
}

TEST(Notes, probesLastForOneExecution) {
  runNoting("jobs_and_a_window");
  const Execution execution = runNoting("without_probes");
  EXPECT_THAT(execution.notes, SizeIs(execution.steps.size()));
  EXPECT_THAT(execution.notes, Each(Field(&StepNote::lane, "")));
  EXPECT_EQ(execution.outcome.summary(), "completed: asked=0");
}

}  // namespace
}  // namespace standstill::checker
