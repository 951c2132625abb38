#include "support/whole_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace standstill {
namespace {

class Uninterrupted {
 public:
  Uninterrupted() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
    sigprocmask(SIG_BLOCK, &signals, &before_);
  }
  ~Uninterrupted() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

bool writeWhole(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  const Uninterrupted whole;
  std::error_code error;
  // A pipe or /dev/stdout is written to as it is: nothing takes its place. A link stays one.
  const bool isSpecial = fs::exists(path, error) && !fs::is_regular_file(path, error);
  const std::string place =
      fs::is_symlink(path, error) && !isSpecial ? fs::weakly_canonical(path, error).string() : path;
  const std::string target = isSpecial ? path : fmt::format("{}.{}.tmp", place, getpid());
  error.clear();
  std::ofstream file(target);
  file << text;
  file.close();
  if (file && !isSpecial) fs::rename(target, place, error);
  const bool isWritten = file && !error;
  if (!isWritten && !isSpecial) std::remove(target.c_str());
  return isWritten;
}

}  // namespace standstill
