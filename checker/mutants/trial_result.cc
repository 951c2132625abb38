#include <nlohmann/json.hpp>

#include "checker/mutants/trial.h"

namespace standstill::checker {

const char* name(Fate fate) {
  switch (fate) {
    case Fate::killed:
      return "killed";
    case Fate::equivalent:
      return "equivalent";
    case Fate::survived:
      return "survived";
  }
  return "?";
}

std::string TrialResult::encode() const {
  return nlohmann::json{{"fate", static_cast<int>(fate)},
                        {"reason", reason},
                        {"scenario", scenario},
                        {"trace", trace},
                        {"repro", repro},
                        {"schedules", schedules},
                        {"seconds", seconds},
                        {"undecided", undecided},
                        {"learnt", learnt}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TrialResult TrialResult::decode(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  return {.fate = static_cast<Fate>(json.at("fate").get<int>()),
          .reason = json.at("reason"),
          .scenario = json.at("scenario"),
          .trace = json.at("trace"),
          .repro = json.at("repro"),
          .schedules = json.at("schedules"),
          .seconds = json.at("seconds"),
          .undecided = json.at("undecided"),
          .learnt = json.at("learnt")};
}

}  // namespace standstill::checker
