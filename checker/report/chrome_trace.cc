#include "checker/report/chrome_trace.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace standstill::checker {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kStep = 10;  // microseconds

// Tracks: windows first, then threads, then what they worked on.
constexpr size_t kWindowTrack = 1;
constexpr size_t kThreadTracks = 10;
constexpr size_t kLaneTracks = kThreadTracks + kMaxThreads;

class Writer {
 public:
  explicit Writer(const Timeline& timeline) : timeline_(timeline) {}

  std::string write() {
    side(timeline_.oldSide, 1);
    side(timeline_.newSide, 2);
    const Json all = {{"displayTimeUnit", "ns"}, {"traceEvents", events_}};
    return all.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  void nameTrack(size_t process, size_t track, const std::string& name) {
    meta(process, track, "thread_name", {{"name", name}});
    meta(process, track, "thread_sort_index", {{"sort_index", track}});
  }

  void meta(size_t process, size_t track, const char* what, Json arguments) {
    events_.push_back({{"name", what},
                       {"ph", "M"},
                       {"pid", process},
                       {"tid", track},
                       {"args", std::move(arguments)}});
  }

  void stretch(size_t process, size_t track, const char* category, const std::string& name,
               size_t first, size_t last, Json arguments) {
    events_.push_back({{"name", name},
                       {"cat", category},
                       {"ph", "X"},
                       {"ts", first * kStep},
                       {"dur", (last + 1 - first) * kStep},
                       {"pid", process},
                       {"tid", track},
                       {"args", std::move(arguments)}});
  }

  void instant(size_t process, size_t track, const char* category, const std::string& name,
               size_t step, const char* scope) {
    events_.push_back({{"name", name},
                       {"cat", category},
                       {"ph", "i"},
                       {"ts", step * kStep},
                       {"s", scope},
                       {"pid", process},
                       {"tid", track}});
  }

  void side(const TimelineSide& side, size_t process) {
    meta(process, 0, "process_name", {{"name", side.name}});
    meta(process, 0, "process_sort_index", {{"sort_index", process}});
    if (!side.windows.empty()) nameTrack(process, kWindowTrack, "windows");
    for (size_t i = 0; i < side.threads; ++i)
      nameTrack(process, kThreadTracks + i, fmt::format("T{}", i));
    for (size_t i = 0; i < side.lanes.size(); ++i)
      nameTrack(process, kLaneTracks + i, side.lanes[i]);
    for (const Stretch& window : side.windows)
      stretch(process, kWindowTrack, "window", window.text, window.first, window.last,
              Json::object());
    for (size_t i = 0; i < side.steps.size(); ++i) step(side.steps[i], i, process);
    for (size_t i = 0; i < side.rides.size(); ++i) {
      for (const Ride& ride : side.rides[i])
        stretch(process, kLaneTracks + i, "lane", fmt::format("on T{}", ride.thread), ride.first,
                ride.last, Json::object());
    }
    for (const std::string& seen : side.observed)
      instant(process, kThreadTracks, "observation", seen, side.steps.size(), "p");
    for (const std::string& begun : side.calls)
      instant(process, kThreadTracks, "call", begun, side.steps.size(), "p");
    instant(process, kThreadTracks, "end", side.ending, side.steps.size(), "p");
    if (timeline_.divergence)
      instant(process, kThreadTracks, "difference", "first difference: " + timeline_.difference,
              *timeline_.divergence, "g");
  }

  void step(const TimelineStep& step, size_t index, size_t process) {
    const size_t track = kThreadTracks + step.thread;
    for (const std::string& seen : step.observed)
      instant(process, track, "observation", seen, index, "t");
    for (const std::string& begun : step.calls) instant(process, track, "call", begun, index, "t");
    Json arguments = {{"step", index}, {"place", step.place}, {"could have gone on", step.enabled}};
    if (!step.callers.empty()) arguments["callers"] = step.callers;
    stretch(process, track, name(step.look), step.what, index, index, std::move(arguments));
  }

  const Timeline& timeline_;
  Json events_ = Json::array();
};

}  // namespace

std::string chromeTrace(const Timeline& timeline) { return Writer(timeline).write(); }

}  // namespace standstill::checker
