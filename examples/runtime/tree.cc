// A parallel tree builder that makes garbage: goroutines build binary search trees on the collected
// heap, look at them, and let them go; one large tree stays, and part of it is replaced again and
// again. What is freed too early, or twice, makes a sum wrong.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "examples/runtime/upheaval.h"

namespace rt = standstill::rt;

namespace {

struct Node {
  rt::Ptr<Node> left, right;
  int64_t key = 0;
};

}  // namespace

template <>
struct standstill::rt::PointerMap<Node>
    : standstill::rt::Pointers<offsetof(Node, left), offsetof(Node, right)> {};

namespace {

constexpr int kBuilders = 4;
constexpr int kTreesEach = 40;
constexpr int64_t kKeys = 2'000;
constexpr int kParallelDepth = 3;  // above it, each half of a tree is built by a goroutine
constexpr int64_t kLargeKeys = 20'000;

// A balanced tree of the keys in [from, to).
Node* build(int64_t from, int64_t to) {
  if (from == to) return nullptr;
  int64_t middle = from + (to - from) / 2;
  Node* n = rt::New<Node>();
  n->key = middle;
  n->left = build(from, middle);
  n->right = build(middle + 1, to);
  return n;
}

// The same, by as many goroutines as there are subtrees at kParallelDepth.
Node* buildInParallel(int64_t from, int64_t to, int depth) {
  if (depth == kParallelDepth || to - from < 2) return build(from, to);
  int64_t middle = from + (to - from) / 2;
  Node* n = rt::New<Node>();
  n->key = middle;
  rt::WaitGroup halves;
  halves.add(2);
  rt::go(
      [&, n] {
        n->left = buildInParallel(from, middle, depth + 1);
        halves.done();
      },
      "left half");
  rt::go(
      [&, n] {
        n->right = buildInParallel(middle + 1, to, depth + 1);
        halves.done();
      },
      "right half");
  halves.wait();
  return n;
}

int64_t sumOf(const Node* n) {
  return n == nullptr ? 0 : n->key + sumOf(n->left.get()) + sumOf(n->right.get());
}

void expectSum(const Node* n, int64_t keys) {
  int64_t expected = keys * (keys - 1) / 2;
  if (int64_t sum = sumOf(n); sum != expected) {
    std::fprintf(stderr, "tree: the sum is %ld, not %ld\n", sum, expected);
    std::exit(1);
  }
}

void tree() {
  rt::Root<Node> large(buildInParallel(0, kLargeKeys, 0));
  rt::WaitGroup builders;
  builders.add(kBuilders);
  for (int b = 0; b < kBuilders; b++) {
    rt::go(
        [&] {
          for (int i = 0; i < kTreesEach; i++) {
            expectSum(build(0, kKeys), kKeys);
            rt::safepoint();
          }
          builders.done();
        },
        "builder");
  }
  for (int i = 0; i < kTreesEach; i++) {
    large->right = build(kLargeKeys / 2 + 1, kLargeKeys);
    expectSum(large, kLargeKeys);
    rt::safepoint();
  }
  builders.wait();
  expectSum(large, kLargeKeys);
}

}  // namespace

int main() { examples::runInUpheaval("tree", tree); }
