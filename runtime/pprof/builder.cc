#include "runtime/pprof/builder.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include <link.h>

#include <protozero/pbf_writer.hpp>
#include <zlib.h>

#include "runtime/panic.h"
#include "runtime/symbols/symbols.h"

namespace standstill::rt::pprof {

namespace {

using protozero::pbf_writer;

// Field numbers of the format.
enum ProfileField { kSampleType = 1, kSample, kMapping, kLocation, kFunction, kStringTable };
constexpr int kTimeNanos = 9;
constexpr int kPeriodType = 11;
constexpr int kPeriod = 12;
constexpr int kDefaultSampleType = 14;

std::string gzip(const std::string& data) {
  constexpr int kGzip = 16 + MAX_WBITS;
  constexpr int kMemLevel = 8;
  z_stream z{};
  if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw_("pprof: out of memory");
  }
  std::string out(deflateBound(&z, data.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  // There is room for all of it, so one call does it.
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) throw_("pprof: deflate");
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// A segment of code that is mapped from a file.
struct Segment {
  uintptr_t start, end;
  uint64_t offset;
  std::string file;
};

// The program itself comes without a name.
std::string programFile() {
  std::error_code error;
  std::string file = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "/proc/self/exe" : file;
}

std::vector<Segment> codeSegments() {
  std::vector<Segment> list;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* arg) {
        for (int i = 0; i < info->dlpi_phnum; i++) {
          const auto& p = info->dlpi_phdr[i];
          if (p.p_type != PT_LOAD || (p.p_flags & PF_X) == 0) continue;
          uintptr_t start = info->dlpi_addr + p.p_vaddr;
          std::string file = info->dlpi_name[0] != '\0' ? info->dlpi_name : programFile();
          static_cast<std::vector<Segment>*>(arg)->push_back(
              {start, start + p.p_memsz, p.p_offset, file});
        }
        return 0;
      },
      &list);
  return list;
}

}  // namespace

Builder::Builder(std::span<const ValueType> types, ValueType periodType, int64_t period)
    : types_(types.size()) {
  stringNumber("");  // has to be the first
  pbf_writer w(out_);
  for (const ValueType& t : types) w.add_message(kSampleType, message(t));
  w.add_message(kPeriodType, message(periodType));
  w.add_int64(kPeriod, period);
  auto now = std::chrono::system_clock::now().time_since_epoch();
  w.add_int64(kTimeNanos, std::chrono::nanoseconds(now).count());
  w.add_int64(kDefaultSampleType, static_cast<int64_t>(stringNumber(types.back().type)));
  addMappings();
}

std::string Builder::message(const ValueType& t) {
  std::string data;
  pbf_writer w(data);
  w.add_int64(1, static_cast<int64_t>(stringNumber(t.type)));
  w.add_int64(2, static_cast<int64_t>(stringNumber(t.unit)));
  return data;
}

// That the tool need not look for names itself is part of a mapping.
void Builder::addMappings() {
  for (const Segment& s : codeSegments()) {
    ranges_.push_back({s.start, s.end, ++mappings_});
    std::string data;
    pbf_writer w(data);
    w.add_uint64(1, mappings_);
    w.add_uint64(2, s.start);
    w.add_uint64(3, s.end);
    w.add_uint64(4, s.offset);
    w.add_int64(5, static_cast<int64_t>(stringNumber(s.file)));
    for (int has = 7; has <= 10; has++) w.add_bool(static_cast<uint32_t>(has), true);
    pbf_writer(out_).add_message(kMapping, data);
  }
}

uint64_t Builder::stringNumber(std::string_view s) {
  auto it = stringNumbers_.find(s);
  if (it != stringNumbers_.end()) return it->second;
  strings_.emplace_back(s);
  return stringNumbers_[strings_.back()] = strings_.size() - 1;
}

uint64_t Builder::functionNumber(std::string_view name, std::string_view file) {
  auto [it, isNew] =
      functions_.try_emplace({std::string(name), std::string(file)}, functions_.size() + 1);
  if (isNew) {
    std::string data;
    pbf_writer w(data);
    w.add_uint64(1, it->second);
    w.add_int64(2, static_cast<int64_t>(stringNumber(name)));
    // No system_name: where it is the same, the tool cuts arguments off the name.
    w.add_int64(4, static_cast<int64_t>(stringNumber(file)));
    pbf_writer(out_).add_message(kFunction, data);
  }
  return it->second;
}

uint64_t Builder::locationNumber(uintptr_t pc) {
  auto [it, isNew] = locations_.try_emplace(pc, locations_.size() + 1);
  if (!isNew) return it->second;
  std::string data;
  pbf_writer w(data);
  w.add_uint64(1, it->second);
  for (const Range& r : ranges_) {
    if (pc >= r.start && pc < r.end) w.add_uint64(2, r.mapping);
  }
  w.add_uint64(3, pc);
  for (const SourceFrame& frame : sourceFrames(pc)) {
    std::string line;
    pbf_writer l(line);
    l.add_uint64(1, functionNumber(frame.function, frame.file));
    l.add_int64(2, frame.line);
    w.add_message(4, line);
  }
  pbf_writer(out_).add_message(kLocation, data);
  return it->second;
}

void Builder::add(std::span<const uintptr_t> stack, std::span<const int64_t> values) {
  if (values.size() != types_) throw_("pprof: wrong number of values");
  std::vector<uint64_t> locations;
  for (uintptr_t ret : stack) {
    if (ret == 0) break;
    locations.push_back(locationNumber(ret - 1));
  }
  auto& sum = samples_[locations];
  sum.resize(types_);
  for (size_t i = 0; i < types_; i++) sum[i] += values[i];
}

std::string Builder::finish() {
  for (const auto& [locations, values] : samples_) {
    std::string data;
    pbf_writer w(data);
    w.add_packed_uint64(1, locations.begin(), locations.end());
    w.add_packed_int64(2, values.begin(), values.end());
    pbf_writer(out_).add_message(kSample, data);
  }
  for (const std::string& s : strings_) pbf_writer(out_).add_string(kStringTable, s);
  return gzip(out_);
}

}  // namespace standstill::rt::pprof
