// Traces and what reads them, for tests.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

#include "tests/runtime/testing.h"
#include "tests/runtime/trace_rules.h"

namespace standstill::rt {

// Traces fn(), called on the current goroutine, and returns the file.
template <typename F>
std::string traced(F fn) {
  std::string file;
  Sema done{0};
  EXPECT_EQ(StartTrace(), nullptr);
  go(
      [&] {
        for (;;) {
          std::string_view piece = ReadTrace();
          if (piece.empty()) break;
          file += piece;
        }
        semrelease(&done);
      },
      "reader");
  fn();
  StopTrace();
  semacquire(&done, false);
  return file;
}

// Decodes file. Fails the test when it is not as the format wants it.
inline DecodedTrace wellFormed(const std::string& file) {
  DecodedTrace trace(file);
  EXPECT_EQ(trace.error, "");
  EXPECT_EQ(trace.frequency, 1'000'000'000u);
  EXPECT_EQ(TraceRules::firstViolation(trace), "");
  for (const DecodedEvent& e : trace.events) {
    if (e.type == TraceEv::GoCreate) EXPECT_NE(trace.createdName(e).substr(0, 3), "no ");
  }
  return trace;
}

// What `go tool COMMAND` prints for a file with this content. Fails the test when it rejects it.
inline std::string goTool(const std::string& toolCommand, const std::string& file) {
  char path[] = "/tmp/standstill-XXXXXX";
  int fd = mkstemp(path);
  EXPECT_GE(fd, 0);
  EXPECT_EQ(write(fd, file.data(), file.size()), static_cast<ssize_t>(file.size()));
  close(fd);
  std::string command = "HOME=${HOME:-/tmp} go tool " + toolCommand + " " + path + " 2>&1";
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  char buf[4096];
  while (size_t n = fread(buf, 1, sizeof(buf), pipe)) output.append(buf, n);
  int status = pclose(pipe);
  unlink(path);
  EXPECT_EQ(status, 0) << "go tool (package golang-go) said: " << output.substr(0, 1000);
  return output;
}

// One line for each event of a trace.
inline std::string goToolTrace(const std::string& file) { return goTool("trace -d", file); }

}  // namespace standstill::rt
