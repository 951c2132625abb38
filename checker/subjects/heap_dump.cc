// Heap dumps, read back: which records there are. Their addresses are another matter.
#include <standstill/scenario.h>

#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/heapdump_reader.h"
#include "runtime/malloc.h"

namespace rt = standstill::rt;

namespace {

// An empty file. An execution may be abandoned anywhere, so it cannot be relied upon to close it:
// its descriptor is always the same, and so each one closes that of the one before.
int scratchFile() {
  constexpr int kDescriptor = 900;
  const int fd = memfd_create("heapdump", 0);
  dup2(fd, kDescriptor);
  close(fd);
  return kDescriptor;
}

void observeDump(int fd) {
  std::string file(static_cast<size_t>(lseek(fd, 0, SEEK_END)), '\0');
  if (pread(fd, file.data(), file.size(), 0) < 0) file.clear();
  const rt::HeapDump dump = rt::readHeapDump(file);
  standstill::observe("error", dump.error);
  std::string tags;
  for (const rt::DumpTag tag : dump.tags) tags += std::to_string(static_cast<int>(tag)) + " ";
  standstill::observe("records", tags);
  std::string goroutines;
  for (const auto& g : dump.goroutines) {
    goroutines += g.frames.at(0).name + " " + std::to_string(g.status) + " " + g.waitreason + ";";
  }
  standstill::observe("goroutines", goroutines);
  std::string sizes;
  for (const auto& object : dump.objects) sizes += std::to_string(object.contents.size()) + " ";
  standstill::observe("sizes of objects", sizes);
  standstill::observe("pointer size", dump.params.pointerSize);
  standstill::observe("threads", dump.threads.size());
  standstill::observe("roots", dump.data.size());
  standstill::observe("finalizers", dump.finalizers.size() + dump.queuedFinalizers.size());
  standstill::observe("samples", dump.samples.size());
  standstill::observe("collections", dump.stats.numGC);
}

}  // namespace

STANDSTILL_SCENARIO(write_heap_dump) {
  runScenario(2, [] {
    rt::go([] {}, "other");
    rt::mallocgc(100);
    const int fd = scratchFile();
    rt::WriteHeapDump(fd);
    observeDump(fd);
    observeStateLeftBehind();
  });
}
