#include "checker/compare/program_plan.h"

#include <fmt/format.h>

#include <charconv>

namespace standstill::checker {
namespace {

constexpr const char* kPlans =
    "a number of programs, 200 or 200:3x6 (of up to 3 threads and 6 calls), or all:3x4";
// More are not made: at 1,000 a second they would take most of three hours.
constexpr uint64_t kMostPrograms = 10'000'000;
constexpr uint64_t kMostWorkers = 32;
constexpr uint64_t kMostCalls = 1'000;

// Takes a number from 1 to `most` off the front of the text; 0 if there is none.
uint64_t takeNumber(std::string_view& text, uint64_t most) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return error == std::errc{} && number <= most ? number : 0;
}

}  // namespace

ProgramPlan ProgramPlan::parse(const std::string& text) {
  ProgramPlan plan;
  plan.fewerWillDo = false;
  std::string_view rest = text;
  bool isRead = true;
  if (rest.starts_with("all:")) {
    plan.all = true;
    rest.remove_prefix(3);
  } else {
    plan.count = takeNumber(rest, kMostPrograms);
    isRead = plan.count > 0;
  }
  if (isRead && !rest.empty()) {
    isRead = rest.starts_with(':');
    rest.remove_prefix(1);
    plan.shape.workers = takeNumber(rest, kMostWorkers);
    isRead = isRead && rest.starts_with('x');
    if (isRead) rest.remove_prefix(1);
    plan.shape.calls = takeNumber(rest, kMostCalls);
    isRead = isRead && rest.empty() && plan.shape.workers > 0 && plan.shape.calls > 0;
  }
  if (!isRead) throw UsageError{fmt::format("--programs={} is not {}", text, kPlans)};
  return plan;
}

std::string ProgramPlan::describe(const Operations& operations) const {
  const uint64_t programs = all ? AllPrograms(operations, shape).count() : count;
  const auto plural = [](uint64_t number) { return number == 1 ? "" : "s"; };
  return fmt::format("{}{}{} program{} of up to {} thread{} and {} call{}", all ? "all " : "",
                     programs, all ? "" : " random", plural(programs), shape.workers,
                     plural(shape.workers), shape.calls, plural(shape.calls));
}

ProgramPlan ProgramPlan::of(const Library& library, const std::string& text,
                            const std::string& operations) {
  if (library.operations().empty() && !(text.empty() && operations.empty())) {
    throw UsageError{
        fmt::format("{} describes no operations to make programs of; define some with "
                    "STANDSTILL_OPERATION(name) from <standstill/operation.h>",
                    library.path())};
  }
  ProgramPlan plan = text.empty() ? ProgramPlan() : parse(text);
  plan.shape.operations = ProgramShape::select(operations, library.operations());
  return plan;
}

ProgramSource::ProgramSource(const ProgramPlan& plan, const Operations& operations, uint64_t seed)
    : plan_(plan), operations_(operations), seed_(seed) {
  if (plan.all) all_.emplace(operations, plan.shape);
  if (count() > kMostPrograms) {
    throw UsageError{fmt::format(
        "--programs asks for more than {} programs, which no run would come to the end of; ask for "
        "fewer, or choose operations with --operations",
        kMostPrograms)};
  }
}

std::optional<Program> ProgramSource::next() {
  if (all_) return all_->next();
  if (index_ == plan_.count) return {};
  return drawProgram(operations_, plan_.shape, seed_, index_++);
}

}  // namespace standstill::checker
