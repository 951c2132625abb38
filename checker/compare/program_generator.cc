#include "checker/compare/program_generator.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <ranges>
#include <sstream>

#include "checker/engine/library.h"

namespace standstill::checker {
namespace {

std::vector<uint32_t> usableOf(const Operations& operations, const ProgramShape& shape) {
  if (!shape.operations.empty()) return shape.operations;
  std::vector<uint32_t> all(operations.size());
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

}  // namespace

std::vector<uint32_t> ProgramShape::select(const std::string& names, const Operations& operations) {
  std::vector<uint32_t> selected;
  std::istringstream words(names);
  for (std::string word; std::getline(words, word, ',');) {
    const auto found = std::ranges::find(operations, word, &Operation::name);
    if (found == operations.end()) {
      throw UsageError{
          fmt::format("there is no operation {}; there are {}", word,
                      fmt::join(operations | std::views::transform(&Operation::name), ", "))};
    }
    selected.push_back(static_cast<uint32_t>(found - operations.begin()));
  }
  std::ranges::sort(selected);
  const auto twice = std::ranges::unique(selected);
  selected.erase(twice.begin(), twice.end());
  return selected;
}

// ---- At random

namespace {

// With all of a range, not only its beginning, whatever the size that RapidCheck has in mind.
template <class T>
rc::Gen<T> anyIn(T low, T high) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high + 1));
}

rc::Gen<Call> callOf(const Operations& operations, const std::vector<uint32_t>& usable) {
  return rc::gen::mapcat(rc::gen::elementOf(usable), [&operations](uint32_t operation) {
    return rc::gen::exec([&operations, operation] {
      Call call{.operation = operation, .arguments = {}};
      for (const Parameter& parameter : operations[operation].parameters)
        call.arguments.push_back(*anyIn<long long>(parameter.low, parameter.high));
      return call;
    });
  });
}

rc::Gen<Program> programOf(const Operations& operations, const ProgramShape& shape,
                           const std::vector<uint32_t>& usable) {
  return rc::gen::exec([&] {
    const size_t calls = *anyIn<size_t>(1, shape.calls);
    Program program;
    program.workers.resize(*anyIn<size_t>(1, std::min(shape.workers, calls)));
    for (size_t i = 0; i < calls; ++i) {
      const size_t last = program.workers.size() - 1;
      const size_t worker = i <= last ? i : *anyIn<size_t>(0, last);
      program.workers[worker].push_back(*callOf(operations, usable));
    }
    return program;
  });
}

// ---- Smaller

bool isWhole(const Program& program) {
  return !program.workers.empty() &&
         std::ranges::none_of(program.workers, &std::vector<Call>::empty);
}

rc::Seq<Program> withTwoWorkersAsOne(const Program& program) {
  std::vector<Program> merged;
  for (size_t first = 0; first < program.workers.size(); ++first) {
    for (size_t second = 0; second < program.workers.size(); ++second) {
      if (first == second) continue;
      Program smaller = program;
      std::ranges::copy(program.workers[second], std::back_inserter(smaller.workers[first]));
      smaller.workers.erase(smaller.workers.begin() + static_cast<ptrdiff_t>(second));
      merged.push_back(std::move(smaller));
    }
  }
  return rc::seq::fromContainer(std::move(merged));
}

// All simpler values where these are few, since one may fail that its neighbours do not.
rc::Seq<long long> simplerValues(long long value, long long simplest) {
  constexpr long long kFew = 32;
  return value - simplest <= kFew ? rc::seq::range<long long>(simplest, value)
                                  : rc::shrink::towards<long long>(value, simplest);
}

rc::Seq<Call> simplerArguments(const Call& call, const Operations& operations) {
  std::vector<rc::Seq<Call>> simpler;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const long long simplest = operations[call.operation].parameters[i].low;
    simpler.push_back(
        rc::seq::map(simplerValues(call.arguments[i], simplest), [call, i](long long argument) {
          Call changed = call;
          changed.arguments[i] = argument;
          return changed;
        }));
  }
  return rc::seq::join(rc::seq::fromContainer(std::move(simpler)));
}

rc::Seq<Program> smallerPrograms(const Program& program, const Operations& operations) {
  using Workers = std::vector<std::vector<Call>>;
  const auto asProgram = [](Workers workers) { return Program{std::move(workers)}; };
  const auto withoutCalls = [](const std::vector<Call>& calls) {
    return rc::shrink::removeChunks(calls);
  };
  const auto simplerCalls = [&operations](const std::vector<Call>& calls) {
    return rc::shrink::eachElement(
        calls, [&operations](const Call& call) { return simplerArguments(call, operations); });
  };
  const auto withoutEmpty = [](Program smaller) {
    std::erase_if(smaller.workers, [](const std::vector<Call>& calls) { return calls.empty(); });
    return smaller;
  };
  return rc::seq::filter(
      rc::seq::map(
          rc::seq::concat(
              rc::seq::map(rc::shrink::removeChunks(program.workers), asProgram),
              withTwoWorkersAsOne(program),
              rc::seq::map(rc::shrink::eachElement(program.workers, withoutCalls), asProgram),
              rc::seq::map(rc::shrink::eachElement(program.workers, simplerCalls), asProgram)),
          withoutEmpty),
      isWhole);
}

}  // namespace

Program drawProgram(const Operations& operations, const ProgramShape& shape, uint64_t seed,
                    uint64_t index) {
  const std::vector<uint32_t> usable = usableOf(operations, shape);
  return programOf(operations, shape, usable)(rc::Random({seed, index, 0, 0}), rc::kNominalSize)
      .value();
}

Program shrinkProgram(const Program& program, const Operations& operations,
                      const std::function<bool(const Program&)>& stillFails) {
  const auto all = rc::shrinkable::shrinkRecur(
      program, [&operations](const Program& one) { return smallerPrograms(one, operations); });
  return rc::shrinkable::findLocalMin(all, stillFails).first;
}

// ---- All of them

namespace {

// All calls of one operation, with all arguments. Throws UsageError if these are too many to try.
std::vector<Call> callsOf(uint32_t operation, const Operations& operations) {
  constexpr size_t kMost = 10'000;
  std::vector<Call> calls{{.operation = operation, .arguments = {}}};
  for (const Parameter& parameter : operations[operation].parameters) {
    std::vector<Call> longer;
    for (const Call& call : calls) {
      for (int64_t value = parameter.low; value <= parameter.high; ++value) {
        if (longer.size() == kMost) {
          throw UsageError{fmt::format(
              "{} has too many arguments to make all programs; narrow its ranges, or leave it out "
              "with --operations",
              operations[operation].name)};
        }
        longer.push_back(call);
        longer.back().arguments.push_back(value);
      }
    }
    calls = std::move(longer);
  }
  return calls;
}

}  // namespace

AllPrograms::AllPrograms(const Operations& operations, const ProgramShape& shape)
    : maxWorkers_(shape.workers), maxCalls_(shape.calls) {
  for (const uint32_t operation : usableOf(operations, shape))
    std::ranges::move(callsOf(operation, operations), std::back_inserter(alphabet_));
}

uint64_t AllPrograms::sequences(size_t length) const {
  uint64_t count = 1;
  for (size_t i = 0; i < length; ++i)
    if (__builtin_mul_overflow(count, alphabet_.size(), &count)) return UINT64_MAX;
  return count;
}

// Ways to choose workers with no more than a number of calls each, none distinguished from another:
// for each length, a multiset of its sequences.
uint64_t AllPrograms::count() const {
  // ways[w][c]: w workers with c calls together, of the lengths so far.
  std::vector<std::vector<double>> ways(maxWorkers_ + 1, std::vector<double>(maxCalls_ + 1));
  ways[0][0] = 1;
  for (size_t length = 1; length <= maxCalls_; ++length) {
    const auto kinds = static_cast<double>(sequences(length));
    auto longer = ways;
    double multisets = 1;  // of `some` workers: kinds + some - 1 over some
    for (size_t some = 1; some <= maxWorkers_ && some * length <= maxCalls_; ++some) {
      multisets *= (kinds + static_cast<double>(some) - 1) / static_cast<double>(some);
      for (size_t w = some; w <= maxWorkers_; ++w)
        for (size_t c = some * length; c <= maxCalls_; ++c)
          longer[w][c] += multisets * ways[w - some][c - some * length];
    }
    ways = std::move(longer);
  }
  double all = -1;  // the one without calls
  for (const auto& byCalls : ways) all = std::accumulate(byCalls.begin(), byCalls.end(), all);
  constexpr double kExact = 9e15;  // whole numbers up to here
  return all > kExact ? UINT64_MAX : static_cast<uint64_t>(all + 0.5);
}

// The next choice of sequences of the lengths that there are.
bool AllPrograms::advance() {
  for (size_t i = workers_.size(); i-- > 0;) {
    if (workers_[i].number + 1 >= sequences(workers_[i].length)) continue;
    const uint64_t number = ++workers_[i].number;
    for (size_t j = i + 1; j < workers_.size(); ++j)
      workers_[j].number = workers_[j].length == workers_[i].length ? number : 0;
    return true;
  }
  return false;
}

// The next way to divide calls among workers: the same number of both in another way, else one
// worker more, else one call more.
bool AllPrograms::nextLengths() {
  const size_t count = workers_.size();
  size_t calls = 0;
  for (const Worker& worker : workers_) calls += worker.length;
  // Partitions of `calls` into `count` parts, the longest first, in falling order: take one from a
  // part, and give what is right of it as evenly to the left as that part now allows.
  size_t right = 0;
  for (size_t i = count; i-- > 0;) {
    const size_t part = workers_[i].length;
    const size_t parts = count - i - 1;
    const size_t left = right + 1;  // to be divided among those right of it
    if (part > 1 && parts > 0 && left <= parts * (part - 1)) {
      workers_[i].length = part - 1;
      size_t rest = left;
      for (size_t j = i + 1; j < count; ++j) {
        const size_t others = count - j - 1;
        workers_[j].length = std::min(part - 1, rest - others);
        rest -= workers_[j].length;
      }
      for (Worker& worker : workers_) worker.number = 0;
      return true;
    }
    right += part;
  }
  const size_t more = count + 1;
  if (count > 0 && more <= maxWorkers_ && more <= calls) {
    workers_.assign(more, {1, 0});
    workers_[0].length = calls - count;
    return true;
  }
  if (calls + 1 > maxCalls_ || maxWorkers_ == 0) return false;
  workers_.assign(1, {calls + 1, 0});
  return true;
}

std::optional<Program> AllPrograms::next() {
  if (alphabet_.empty() || !(advance() || nextLengths())) return {};
  Program program;
  for (const Worker& worker : workers_) {
    std::vector<Call> calls(worker.length);
    uint64_t number = worker.number;
    for (size_t i = worker.length; i-- > 0; number /= alphabet_.size())
      calls[i] = alphabet_[number % alphabet_.size()];
    program.workers.push_back(std::move(calls));
  }
  return program;
}

}  // namespace standstill::checker
