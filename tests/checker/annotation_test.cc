// ThreadSanitizer's public interface does what it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

Explored withRaces(const std::string& scenario) {
  OptimalDpor search;
  return explore(program("annotations"), scenario, search, {.races = true});
}

// The kinds of outcome, where their texts do not matter.
std::set<OutcomeKind> kindsOf(const std::string& scenario) {
  std::set<OutcomeKind> kinds;
  OptimalDpor search;
  const Library& library = program("annotations");
  while (search.begin()) {
    const Execution& execution =
        Engine::instance().run(library, *library.find(scenario), search, {.races = true});
    if (search.end(execution)) kinds.insert(execution.outcome.kind);
  }
  return kinds;
}

bool races(const std::string& scenario) { return kindsOf(scenario).contains(OutcomeKind::race); }

TEST(Annotations, whatTheyOrderDoesNotRace) {
  EXPECT_TRUE(races("handed_over_unannotated"));
  EXPECT_TRUE(races("handed_over_elsewhere"));
  const Outcomes orderly = {"completed", "completed: data=1"};
  EXPECT_EQ(withRaces("handed_over").set(), orderly);
  EXPECT_EQ(withRaces("handed_over_by_tsan").set(), orderly);
  EXPECT_TRUE(withRaces("handed_over").coverage.exhaustive());
}

TEST(Annotations, aRaceThatIsExemptedIsNotReportedAndTheSearchIsNotCalledExhaustive) {
  EXPECT_TRUE(races("counted"));
  for (const char* scenario : {"benign", "ignored", "detection_disabled"}) {
    const Explored found = withRaces(scenario);
    EXPECT_EQ(found.set(), Outcomes{"completed"}) << scenario;
    EXPECT_FALSE(found.coverage.exhaustive()) << scenario;
    EXPECT_THAT(found.coverage.describe(), testing::HasSubstr("a data race that the code exempts"));
  }
}

TEST(Annotations, noMoreIsExemptedThanWasSaid) {
  EXPECT_TRUE(races("benign_elsewhere"));
  EXPECT_TRUE(races("reads_ignored"));
  EXPECT_TRUE(races("ignored_too_early"));
  EXPECT_TRUE(races("benign_in_memory_of_before"));
}

TEST(Annotations, whereNothingRacesExemptingTakesNothingAway) {
  const Explored found = withRaces("ignored_and_harmless");
  EXPECT_EQ(found.set(), Outcomes{"completed: counter=2"});
  EXPECT_TRUE(found.coverage.exhaustive());
}

TEST(Annotations, synchronisationThatIsIgnoredOrdersNothing) {
  EXPECT_TRUE(races("synchronisation_ignored"));
}

TEST(Annotations, newMemoryHasNoPast) { EXPECT_FALSE(races("pooled")); }

TEST(Annotations, accessesMadeForTheProgramAreChecked) {
  EXPECT_TRUE(races("external"));
  EXPECT_TRUE(races("system_call_hooks"));
  EXPECT_FALSE(races("system_call_hooks_apart"));
}

TEST(Annotations, anEndWithoutItsBeginningIsReported) {
  EXPECT_EQ(withRaces("unbalanced").set(),
            Outcomes{"fatal: AnnotateIgnoreReadsEnd without its beginning"});
}

TEST(Annotations, questionsHaveAnswers) {
  EXPECT_EQ(withRaces("answers").set(), Outcomes{"completed: valgrind=0, slow=1, report=0"});
}

TEST(AnnotatedMutexes, orderWhatIsDoneUnderThem) {
  EXPECT_EQ(withRaces("own_mutex").set(), Outcomes{"completed: counter=2"});
  EXPECT_EQ(withRaces("own_mutex_tried").set(),
            (Outcomes{"completed: counter=1", "completed: counter=2"}));
  EXPECT_EQ(withRaces("own_rwlock").set(), (Outcomes{"completed: data=0", "completed: data=1"}));
}

TEST(AnnotatedMutexes, wrongUseIsReported) {
  EXPECT_THAT(withRaces("own_mutex_that_does_not_exclude").set(),
              testing::Contains(testing::HasSubstr("lock of an annotated mutex that thread")));
  EXPECT_EQ(withRaces("own_mutex_unlocked_by_another").set(),
            Outcomes{"fatal: unlock of an annotated mutex that this thread does not hold"});
  EXPECT_EQ(withRaces("own_mutex_destroyed_while_held").set(),
            Outcomes{"fatal: destroy of an annotated mutex that is held"});
  EXPECT_EQ(withRaces("own_mutex_locked_twice").set(),
            Outcomes{"fatal: lock of an annotated mutex that this thread holds already"});
  EXPECT_EQ(withRaces("own_mutex_held_at_the_end").set(),
            Outcomes{"fatal: an annotated mutex is held where none should be"});
}

TEST(AnnotatedMutexes, mayBeRecursive) {
  EXPECT_EQ(withRaces("own_recursive_mutex").set(), Outcomes{"completed: held=2"});
}

}  // namespace
}  // namespace standstill::checker
