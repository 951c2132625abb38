// What bounds a comparison. Reports repeat it: a verdict says nothing without its bounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "checker/compare/verdict.h"
#include "checker/engine/engine.h"
#include "checker/explore/shards.h"

namespace standstill::checker {

struct CompareOptions {
  // "auto": exhaustive where that fits the budget, samples otherwise; or one of "optimal", "dfs",
  // "random", "pct", "pos" alone.
  std::string strategy = "auto";
  int preemptions = 2;          // of the bounded search
  uint64_t executions = 2'000;  // sampled schedules, after the bounded search
  uint64_t seed = 1;
  std::chrono::milliseconds budget{60'000};  // of the command; Comparison takes it for its scenario
  unsigned jobs = 1;                         // processes, likewise
  ShardOf shard;                             // of the scenarios
  Required required = Required::sampled;
  Limits limits;
  // Called now and then with the number of schedules so far.
  std::function<void(uint64_t)> progress = [](uint64_t) {};
};

}  // namespace standstill::checker
