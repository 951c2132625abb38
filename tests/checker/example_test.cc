// The example's README says what its commands print; here they are run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

struct Command {
  std::string text;
  std::vector<std::string> printed;
};

// The lines of code blocks: "$ command", and below it what it prints.
std::vector<Command> commandsOf(const std::string& readme) {
  std::vector<Command> commands;
  std::ifstream file(readme);
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside && line.starts_with("$ ")) {
      commands.push_back({line.substr(2), {}});
    } else if (inside && !commands.empty()) {
      commands.back().printed.push_back(line);
    }
  }
  return commands;
}

std::string run(const std::string& command, const std::string& folder) {
  const std::string binaries = std::filesystem::path(STW_CHECK).parent_path();
  const std::string all = "cd '" + folder + "' && PATH='" + binaries + ":'$PATH && " + command;
  std::string output;
  FILE* pipe = popen(all.c_str(), "r");
  char buffer[4096];
  for (size_t size = 0; (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, size);
  pclose(pipe);
  return output;
}

TEST(Example, theBoundedQueueDoesWhatItsReadmeSays) {
  const std::string folder = freshFolder();
  std::filesystem::copy(EXAMPLE_DIR "/bounded_queue", folder,
                        std::filesystem::copy_options::recursive);
  const std::vector<Command> commands = commandsOf(folder + "/README.md");
  ASSERT_EQ(commands.size(), 5U);
  for (const Command& command : commands) {
    std::istringstream output(run(command.text, folder));
    std::vector<std::string> printed;
    for (std::string line; std::getline(output, line);) printed.push_back(line);
    // How many schedules a search takes, and what else it says, may change; what was found may not.
    for (const std::string& line : command.printed) {
      if (line.find(" schedules, ") == std::string::npos)
        EXPECT_THAT(printed, testing::Contains(line)) << command.text;
    }
  }
}

}  // namespace
}  // namespace standstill::checker
