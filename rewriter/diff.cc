#include "rewriter/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace standstill::rewriter {

namespace {

constexpr size_t kContext = 3;

using Lines = std::vector<std::string_view>;

Lines split(const std::string& text) {
  Lines lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    lines.push_back(std::string_view(text).substr(at, end - at));
    at = end;
  }
  return lines;
}

struct Step {
  char sign;  // ' ', '-' or '+'
  size_t a;   // line in the old text (for '+': where it would stand)
  size_t b;
};

// The shortest script, walked back through the furthest-reaching points of each round.
std::vector<Step> script(const Lines& a, const Lines& b) {
  long n = static_cast<long>(a.size());
  long m = static_cast<long>(b.size());
  long limit = n + m;
  std::vector<long> furthest(static_cast<size_t>(2 * limit + 2), 0);
  std::vector<std::vector<long>> rounds;
  auto at = [limit](std::vector<long>& v, long k) -> long& {
    return v[static_cast<size_t>(k + limit)];
  };
  auto down = [&](std::vector<long>& v, long k, long d) {
    return k == -d || (k != d && at(v, k - 1) < at(v, k + 1));
  };
  long found = -1;
  for (long d = 0; d <= limit && found < 0; ++d) {
    rounds.push_back(furthest);
    for (long k = -d; k <= d; k += 2) {
      long x = down(furthest, k, d) ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      long y = x - k;
      while (x < n && y < m && a[static_cast<size_t>(x)] == b[static_cast<size_t>(y)]) ++x, ++y;
      at(furthest, k) = x;
      if (x >= n && y >= m) found = d;
    }
  }
  std::vector<Step> steps;
  long x = n;
  long y = m;
  for (long d = found; d >= 0; --d) {
    std::vector<long>& v = rounds[static_cast<size_t>(d)];
    long k = x - y;
    bool isDown = d > 0 && down(v, k, d);
    long fromX = d == 0 ? 0 : isDown ? at(v, k + 1) : at(v, k - 1);
    long fromY = d == 0 ? 0 : fromX - (isDown ? k + 1 : k - 1);
    long startX = d == 0 ? 0 : isDown ? fromX : fromX + 1;
    for (; x > startX; --x, --y) {
      steps.push_back({' ', static_cast<size_t>(x - 1), static_cast<size_t>(y - 1)});
    }
    if (d > 0) {
      steps.push_back({isDown ? '+' : '-', static_cast<size_t>(fromX), static_cast<size_t>(fromY)});
    }
    x = fromX;
    y = fromY;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

void printLine(char sign, std::string_view line, std::string& out) {
  out += sign;
  out += line;
  if (line.empty() || line.back() != '\n') out += "\n\\ No newline at end of file\n";
}

std::string range(size_t start, size_t count) {
  // A range of no lines is named by the line before it.
  if (count == 1) return fmt::format("{}", start + 1);
  return fmt::format("{},{}", count == 0 ? start : start + 1, count);
}

}  // namespace

std::string unifiedDiff(const std::string& nameBefore, const std::string& before,
                        const std::string& nameAfter, const std::string& after) {
  if (before == after) return {};
  Lines a = split(before);
  Lines b = split(after);
  std::vector<Step> steps = script(a, b);
  std::string out = fmt::format("--- {}\n+++ {}\n", nameBefore, nameAfter);
  auto changed = [&](size_t i) { return steps[i].sign != ' '; };
  for (size_t i = 0; i < steps.size();) {
    if (!changed(i)) {
      ++i;
      continue;
    }
    size_t first = i < kContext ? 0 : i - kContext;
    size_t last = i;  // the last change of this hunk
    for (size_t j = i; j < steps.size() && j <= last + 2 * kContext + 1; ++j) {
      if (changed(j)) last = j;
    }
    size_t end = std::min(steps.size(), last + kContext + 1);
    size_t removed = 0;
    size_t added = 0;
    for (size_t j = first; j < end; ++j) {
      removed += steps[j].sign != '+';
      added += steps[j].sign != '-';
    }
    out += fmt::format("@@ -{} +{} @@\n", range(steps[first].a, removed),
                       range(steps[first].b, added));
    for (size_t j = first; j < end; ++j) {
      printLine(steps[j].sign, steps[j].sign == '+' ? b[steps[j].b] : a[steps[j].a], out);
    }
    i = end;
  }
  return out;
}

}  // namespace standstill::rewriter
