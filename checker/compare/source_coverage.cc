#include "checker/compare/source_coverage.h"

#include <fmt/format.h>
#include <llvm/ProfileData/Coverage/CoverageMapping.h>
#include <llvm/ProfileData/Coverage/CoverageMappingReader.h>
#include <llvm/ProfileData/InstrProfReader.h>
#include <llvm/ProfileData/InstrProfWriter.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "checker/engine/profile_counters.h"

namespace standstill::checker {
namespace {

using llvm::coverage::CountedRegion;
using llvm::coverage::CounterMappingRegion;
using llvm::coverage::CoverageMapping;

template <class T>
T valueOf(llvm::Expected<T> expected) {
  if (!expected) throw std::runtime_error("coverage: " + llvm::toString(expected.takeError()));
  return std::move(*expected);
}

template <class T>
void append(std::string& file, std::span<const T> part) {
  file.append(reinterpret_cast<const char*>(part.data()), part.size_bytes());
  file.resize((file.size() + 7) / 8 * 8);
}

// The file that LLVM's own runtime library would write.
std::string rawProfile(const ProfileCounters& counters) {
  const auto address = [](const auto& part) { return reinterpret_cast<uintptr_t>(part.data()); };
  constexpr size_t kRecordSize = sizeof(llvm::RawInstrProf::ProfileData<uint64_t>);
  const llvm::RawInstrProf::Header header{
      .Magic = llvm::RawInstrProf::getMagic<uint64_t>(),
      .Version = llvm::RawInstrProf::Version,
      .BinaryIdsSize = 0,
      .NumData = counters.records().size() / kRecordSize,
      .PaddingBytesBeforeCounters = 0,
      .NumCounters = counters.sums().size(),
      .PaddingBytesAfterCounters = 0,
      .NumBitmapBytes = 0,
      .PaddingBytesAfterBitmapBytes = 0,
      .NamesSize = counters.names().size(),
      .CountersDelta = address(counters.counters()) - address(counters.records()),
      .BitmapDelta = 0,
      .NamesDelta = address(counters.names()),
      .NumVTables = 0,
      .VNamesSize = 0,
      .ValueKindLast = llvm::IPVK_Last};
  std::string file;
  append(file, std::span<const llvm::RawInstrProf::Header>(&header, 1));
  append(file, counters.records());
  append(file, counters.sums());
  append(file, counters.names());
  return file;
}

// The same as an index by function, which is what the mapping wants.
std::unique_ptr<llvm::MemoryBuffer> indexed(const std::string& raw) {
  const auto reader = valueOf(
      llvm::InstrProfReader::create(llvm::MemoryBuffer::getMemBuffer(raw, "counts", false)));
  llvm::InstrProfWriter writer;
  if (auto error = writer.mergeProfileKind(reader->getProfileKind()))
    throw std::runtime_error("coverage: " + llvm::toString(std::move(error)));
  for (llvm::NamedInstrProfRecord& record : *reader) {
    writer.addRecord(std::move(record), [](llvm::Error error) {
      throw std::runtime_error("coverage: " + llvm::toString(std::move(error)));
    });
  }
  return writer.writeBuffer();
}

std::unique_ptr<CoverageMapping> mappingOf(const Library& library,
                                           const ProfileCounters& counters) {
  auto object = llvm::MemoryBuffer::getFile(library.path());
  if (!object) throw std::runtime_error("coverage: cannot read " + library.path());
  llvm::SmallVector<std::unique_ptr<llvm::MemoryBuffer>, 1> buffers;
  auto readers = valueOf(
      llvm::coverage::BinaryCoverageReader::create((*object)->getMemBufferRef(), "", buffers));
  std::vector<std::unique_ptr<llvm::coverage::CoverageMappingReader>> mappings;
  for (auto& reader : readers) mappings.push_back(std::move(reader));
  const auto counts =
      valueOf(llvm::IndexedInstrProfReader::create(indexed(rawProfile(counters)), nullptr));
  return valueOf(CoverageMapping::load(mappings, *counts));
}

std::string trimmed(const std::string& text) {
  const size_t start = text.find_first_not_of(" \t");
  return start == text.npos ? "" : text.substr(start);
}

// The lines of source files, as they are needed.
class Sources {
 public:
  // The first line of a region that says something; empty if the file is not there.
  std::string text(const std::string& file, const CounterMappingRegion& region) {
    const std::vector<std::string>& lines = linesOf(file);
    if (region.LineStart > lines.size()) return "";
    const std::string& line = lines[region.LineStart - 1];
    const bool isWithin = region.LineStart == region.LineEnd;
    const size_t start = std::min<size_t>(region.ColumnStart - 1, line.size());
    const std::string first =
        line.substr(start, isWithin ? region.ColumnEnd - region.ColumnStart : line.npos);
    const bool saysNothing = first == "{" && region.LineStart < lines.size();
    return trimmed(saysNothing ? lines[region.LineStart] : first);
  }

 private:
  const std::vector<std::string>& linesOf(const std::string& file) {
    const auto [place, isNew] = lines_.try_emplace(file);
    std::ifstream stream(file);
    for (std::string line; isNew && std::getline(stream, line);) place->second.push_back(line);
    return place->second;
  }

  std::map<std::string, std::vector<std::string>> lines_;
};

// One place of the source may be in several functions: in each instance of a template, or in each
// translation unit. It is reached if it is in any of them.
class Places {
 public:
  void add(const std::string& file, const CountedRegion& region, const char* what, uint64_t count) {
    auto [place, isNew] = places_.try_emplace({file, region.LineStart, region.ColumnStart, what});
    if (isNew) place->second = {sources_.text(file, region), 0};
    place->second.count += count;
  }

  SourceCoverage summary() const {
    SourceCoverage coverage;
    std::set<std::string> files;
    for (const auto& [key, place] : places_) {
      const auto& [file, line, column, what] = key;
      files.insert(file);
      const bool isStretch = what == kReached;
      ++(isStretch ? coverage.stretches : coverage.ways);
      if (place.count == 0) {
        coverage.unreached.push_back({file, line, column, what, place.text});
      } else {
        ++(isStretch ? coverage.reachedStretches : coverage.reachedWays);
      }
    }
    coverage.files = files.size();
    return coverage;
  }

  static constexpr const char* kReached = "never reached";

 private:
  struct Place {
    std::string text;
    uint64_t count = 0;
  };
  std::map<std::tuple<std::string, unsigned, unsigned, std::string>, Place> places_;
  Sources sources_;
};

}  // namespace

std::string SourceCoverage::describe() const {
  return fmt::format(
      "{} of {} stretches of code and {} of {} ways out of a condition reached, in {} "
      "file{}",
      reachedStretches, stretches, reachedWays, ways, files, files == 1 ? "" : "s");
}

void SourceCoverage::add(const SourceCoverage& other) {
  std::vector<Unreached> both;
  std::ranges::set_intersection(unreached, other.unreached, std::back_inserter(both));
  unreached = std::move(both);
  const auto left = std::ranges::count(unreached, Places::kReached, &Unreached::what);
  reachedStretches = stretches - static_cast<size_t>(left);
  reachedWays = ways - (unreached.size() - static_cast<size_t>(left));
}

std::optional<SourceCoverage> sourceCoverage(const Library& library) {
  const ProfileCounters* counters = library.profileCounters();
  if (counters == nullptr) return std::nullopt;
  const std::unique_ptr<CoverageMapping> mapping = mappingOf(library, *counters);
  Places places;
  for (const auto& function : mapping->getCoveredFunctions()) {
    for (const CountedRegion& region : function.CountedRegions) {
      if (region.Kind == CounterMappingRegion::CodeRegion)
        places.add(function.Filenames.at(region.FileID), region, Places::kReached,
                   region.ExecutionCount);
    }
    for (const CountedRegion& branch : function.CountedBranchRegions) {
      if (branch.Folded) continue;
      const std::string& file = function.Filenames.at(branch.FileID);
      places.add(file, branch, "never true", branch.ExecutionCount);
      places.add(file, branch, "never false", branch.FalseExecutionCount);
    }
  }
  return places.summary();
}

}  // namespace standstill::checker
