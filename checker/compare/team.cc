#include "checker/compare/team.h"

#include <atomic>

#include <nlohmann/json.hpp>

#include "checker/compare/comparison_json.h"
#include "checker/explore/workers.h"
#include "support/shared_memory.h"

namespace standstill::checker {

using nlohmann::json;

// Where the processes of one search meet.
struct Team::Meeting {
  std::atomic<uint64_t> claims;     // for Share
  std::atomic<uint64_t> schedules;  // so far, of all
  std::atomic<bool> end;            // one has seen what ends the search
};

bool Team::share(const Make& make, size_t depth, const Effort& effort, Coverage& covered) {
  constexpr std::chrono::milliseconds kBetweenShows{250};
  const SharedMemory<Meeting> meeting;
  Share share;
  share.depth = depth;
  share.claims = &meeting->claims;
  const uint64_t before = trials_.report().schedules;
  const auto show = [&](size_t) { trials_.showProgress(before + meeting->schedules); };
  apart_.reset();
  std::optional<Coverage> all;
  runEach(
      jobs_, {.jobs = jobs_, .watch = show, .interval = kBetweenShows},
      [&](size_t) { return work(*make(share), effort, *meeting); },
      [&](size_t, const std::string& text) {
        const Coverage part = take(text);
        if (all) {
          all->merge(part);
        } else {
          all = part;
        }
      });
  covered = *all;
  if (apart_ && !trials_.broken()) pairing_.again(*apart_);
  return !apart_ && !trials_.broken();
}

// In a process of its own: what is counted here begins with nothing.
std::string Team::work(Strategy& strategy, const Effort& effort, Meeting& meeting) {
  ScenarioReport& report = trials_.report();
  report = {};
  trials_.declared().startCounting();
  trials_.setProgress([&meeting, last = uint64_t{0}](uint64_t count) mutable {
    meeting.schedules += count - last;
    last = count;
  });
  Pairing own(trials_, noise_);
  const bool agreed = own.under(strategy, effort, &meeting.end);
  if (!agreed) meeting.end = true;
  report.searches.push_back({Side::both, strategy.coverage()});
  json part = {{"report", encode(report, trials_.declared())},
               {"pairs", own.schedules()},
               {"longest", own.longest()},
               {"broken", trials_.broken()},
               {"old-raced", trials_.raced(Side::oldBuild)},
               {"new-raced", trials_.raced(Side::newBuild)}};
  if (!agreed) part["apart"] = own.schedule();
  return part.dump();
}

Coverage Team::take(const std::string& text) {
  const json part = json::parse(text);
  const ScenarioReport report = decodeScenarioReport(part.at("report"), trials_.declared());
  addCounts(trials_.report(), report);
  pairing_.add(part.at("pairs"), part.at("longest"));
  for (const auto& [key, side] :
       {std::pair("old-raced", Side::oldBuild), std::pair("new-raced", Side::newBuild)})
    if (part.at(key)) trials_.noteRace(side);
  if (part.at("broken")) trials_.breakOff(report.explanation);
  if (part.contains("apart") && !apart_) apart_ = part.at("apart").get<Schedule>();
  return report.searches.front().coverage;
}

}  // namespace standstill::checker
