#include "checker/subjects/dump_text.h"

#include <standstill/scenario.h>

#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "runtime/heapdump_reader.h"

namespace rt = standstill::rt;

int scratchFile(int descriptor) {
  const int fd = memfd_create("heapdump", 0);
  dup2(fd, descriptor);
  close(fd);
  return descriptor;
}

void observeDump(int descriptor) {
  std::string file(static_cast<size_t>(lseek(descriptor, 0, SEEK_END)), '\0');
  if (pread(descriptor, file.data(), file.size(), 0) < 0) file.clear();
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
