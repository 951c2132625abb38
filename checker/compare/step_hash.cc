#include "checker/compare/step_hash.h"

namespace standstill::checker {
namespace {

uint64_t whatIsDone(const Step& step) {
  return step.thread | uint64_t(step.op) << 8 | uint64_t{step.object} << 16;
}

}  // namespace

uint64_t withChoices(uint64_t hash, const Execution& execution) {
  for (const Step& step : execution.steps)
    hash = mixed(mixed(hash, whatIsDone(step)), step.enabled);
  return mixed(hash, execution.steps.size());
}

uint64_t withSteps(uint64_t hash, const Execution& execution) {
  for (const Step& step : execution.steps) {
    hash = mixed(hash, whatIsDone(step));
    hash = mixed(
        hash, step.size | uint64_t{step.beforeIsPointer} << 8 | uint64_t{step.afterIsPointer} << 9);
    hash = mixed(mixed(mixed(hash, step.before), step.after), step.enabled);
  }
  return mixed(hash, execution.steps.size());
}

}  // namespace standstill::checker
