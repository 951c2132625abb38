// Run queues: a lock-free ring per P, and the global list.
//
// The ring has one producer, its owner, and many consumers: the owner and thieves, who claim
// entries by compare-and-swap on the head. A full ring spills half of itself to the global list.
// (facts 1.5; test: tests/runtime/runqueue_test.cc)
#pragma once

#include <cstdint>

#include "runtime/gmp.h"

namespace standstill::rt {

// Whether pp has nothing to run.
bool runqempty(P* pp);

// Puts gp on pp's queue: as the next to run (what was next goes to the tail), or at the tail.
// REQUIRES: the caller owns pp.
void runqput(P* pp, G* gp, bool next);

// Takes the next goroutine from pp's queue; null when there is none. REQUIRES: as above.
G* runqget(P* pp);

// Takes half of victim's queue over to pp's, which is empty, and returns one of them to run now.
// With stealnext, takes even the goroutine that victim is to run next, if that is all it has.
// REQUIRES: the caller owns pp.
G* runqsteal(P* pp, P* victim, bool stealnext);

// The global queue. REQUIRES: sched.lock held.
void globrunqput(G* gp);
void globrunqputhead(G* gp);
void globrunqputbatch(G* head, G* tail, int32_t n);

// Takes a fair share of the global queue to pp's, at most max (0: no limit), and returns one.
// REQUIRES: sched.lock held; the caller owns pp.
G* globrunqget(P* pp, int32_t max);

}  // namespace standstill::rt
