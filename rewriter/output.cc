#include "rewriter/output.h"

#include <fmt/format.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Signals.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace standstill::rewriter {

namespace fs = std::filesystem;

namespace {

bool isBelow(const fs::path& root, const fs::path& path) {
  auto [end, rest] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end();
}

std::string writeAll(int descriptor, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t count = write(descriptor, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::strerror(errno);
    at += static_cast<size_t>(count);
  }
  return fsync(descriptor) == 0 ? "" : std::strerror(errno);
}

// A file's new text, written beside it and ready to take its place.
struct Prepared {
  const FileChange* change = nullptr;
  llvm::SmallString<256> temporary;
};

std::string prepare(const FileChange& change, std::vector<Prepared>& ready) {
  struct stat old = {};
  bool exists = stat(change.path.c_str(), &old) == 0;
  // Renaming over it would succeed, and for root so would writing.
  if (exists && (old.st_mode & 0222) == 0) {
    return fmt::format("{}: not written: it is read-only; make it writable", change.path);
  }
  Prepared made{&change, {}};
  int descriptor = -1;
  std::string model = change.path + ".stw-%%%%%%";
  if (std::error_code error = llvm::sys::fs::createUniqueFile(model, descriptor, made.temporary)) {
    return fmt::format("{}: cannot write beside it: {}", change.path, error.message());
  }
  llvm::sys::RemoveFileOnSignal(made.temporary);
  ready.push_back(made);
  std::string error;
  if (exists) {
    // Ownership can only be kept by who may give files away; failing that it is the writer's.
    if (fchown(descriptor, old.st_uid, old.st_gid) != 0) errno = 0;
    if (fchmod(descriptor, old.st_mode & 07777) != 0) error = std::strerror(errno);
  }
  if (error.empty()) error = writeAll(descriptor, change.after);
  if (close(descriptor) != 0 && error.empty()) error = std::strerror(errno);
  return error.empty() ? "" : fmt::format("{}: not written: {}", change.path, error);
}

}  // namespace

std::string commonRoot(const std::vector<std::string>& paths) {
  fs::path current = fs::canonical(fs::current_path());
  bool allBelow = std::all_of(paths.begin(), paths.end(),
                              [&](const std::string& path) { return isBelow(current, path); });
  if (allBelow || paths.empty()) return current.string();
  fs::path root = fs::path(paths.front()).parent_path();
  for (const std::string& path : paths) {
    while (!isBelow(root, path)) root = root.parent_path();
  }
  return root.string();
}

std::string relativeTo(const std::string& root, const std::string& path) {
  return isBelow(root, path) ? fs::path(path).lexically_relative(root).string() : path;
}

std::string writeFiles(const std::vector<FileChange>& changes) {
  std::vector<Prepared> ready;
  std::string error;
  for (const FileChange& change : changes) {
    if (error.empty()) error = prepare(change, ready);
  }
  // Only when every text lies there whole does the first file change.
  for (Prepared& made : ready) {
    if (error.empty() && rename(made.temporary.c_str(), made.change->path.c_str()) != 0) {
      error = fmt::format("{}: not written: {}", made.change->path, std::strerror(errno));
    }
    if (!error.empty()) unlink(made.temporary.c_str());
    llvm::sys::DontRemoveFileOnSignal(made.temporary);
  }
  return error;
}

}  // namespace standstill::rewriter
