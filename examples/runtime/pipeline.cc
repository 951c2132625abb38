// A pipeline: numbers flow from a source through four workers, which square them, into a sum.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "examples/runtime/upheaval.h"

namespace rt = standstill::rt;

namespace {

constexpr uint64_t kNumbers = 20'000;
constexpr int kWorkers = 4;

void pipeline() {
  rt::Chan<uint64_t> numbers(0), squares(16);
  rt::WaitGroup working;
  working.add(kWorkers);

  rt::go(
      [&] {
        for (uint64_t i = 1; i <= kNumbers; i++) numbers.send(i);
        numbers.close();
      },
      "source");

  for (int w = 0; w < kWorkers; w++) {
    rt::go(
        [&] {
          while (std::optional<uint64_t> n = numbers.recv()) squares.send(*n * *n);
          working.done();
        },
        "worker");
  }

  rt::go(
      [&] {
        working.wait();
        squares.close();
      },
      "closer");

  uint64_t sum = 0;
  while (std::optional<uint64_t> square = squares.recv()) sum += *square;

  uint64_t expected = kNumbers * (kNumbers + 1) * (2 * kNumbers + 1) / 6;
  if (sum != expected) {
    std::fprintf(stderr, "pipeline: the sum is %lu, not %lu\n", sum, expected);
    std::exit(1);
  }
}

}  // namespace

int main() { examples::runInUpheaval("pipeline", pipeline); }
