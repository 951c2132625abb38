#include "rewriter/api.h"

#include <fmt/format.h>

#include <stdexcept>

#include "rewriter/pch.h"
#include "rewriter/workers.h"

namespace standstill::rewriter {

std::string readApi(const Options& options, Api& api) {
  api.unit = std::move(parse(*options.database, options.api, {}).front());
  if (!api.unit.errors.empty())
    return fmt::format("{} (the api file must compile)", api.unit.errors.front());
  std::string error;
  api.factors = readFactors(api.unit, options.factors, options.assumptions, error);
  return error.empty() ? strangerInPairs(options.pairs, api.factors) : error;
}

std::string readApiSafely(const Options& options, Api& api) {
  std::string error;
  runInWorkers(
      1, {1, options.timeout}, [&](size_t) { return readApi(options, api); },
      [&](size_t, const Outcome& tried) {
        if (!tried.internal.empty()) throw std::runtime_error(options.api + ": " + tried.internal);
        error = tried.failure.empty()
                    ? tried.bytes
                    : fmt::format("{}: {} (the api file must compile)", options.api, tried.failure);
      },
      {});
  return error.empty() ? readApi(options, api) : error;
}

}  // namespace standstill::rewriter
