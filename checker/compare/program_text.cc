#include "checker/compare/program_text.h"

#include <fmt/format.h>

namespace standstill::checker {

std::vector<std::string> toTexts(const Program& program, const Operations& operations) {
  std::vector<std::string> texts;
  for (const std::vector<Call>& calls : program.workers) texts.push_back(toText(calls, operations));
  return texts;
}

Program programFrom(const std::vector<std::string>& texts, const Library& library) {
  if (library.operations().empty() || texts.size() >= kMaxThreads) {
    throw UsageError{
        fmt::format("{} cannot run a program of {} workers", library.path(), texts.size())};
  }
  Program program;
  for (const std::string& text : texts)
    program.workers.push_back(parseCalls(text, library.operations()));
  return program;
}

std::vector<std::string> describeWorkers(const std::vector<std::string>& texts,
                                         const Library& library) {
  const char* word = library.hooks().currentWorker == nullptr ? "thread" : "worker";
  std::vector<std::string> lines;
  for (size_t i = 0; i < texts.size(); ++i)
    lines.push_back(fmt::format("{} {}: {}", word, i + 1, texts[i]));
  return lines;
}

std::string describeCall(const Execution::Begun& call, const Library& library) {
  return fmt::format(
      "calls {}{}", toText({call.call}, library.operations()),
      library.hooks().currentWorker == nullptr ? "" : fmt::format(" as worker {}", call.worker));
}

}  // namespace standstill::checker
