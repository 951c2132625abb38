// What the collector knows of a type: its size, and which of its words point to other objects.
//
// A type says so once, where it is defined:
//
//   struct Node {
//     Ptr<Node> left, right;
//     int64_t key;
//   };
//   template <>
//   struct PointerMap<Node> : Pointers<offsetof(Node, left), offsetof(Node, right)> {};
//
// Numbers, and pointers to objects, need no map. What holds no pointer at all derives its map from
// NoPointers. A pointer in an object may point anywhere into another object, but not one past its
// end: keep a length instead of an end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace standstill::rt {

template <typename T>
class Ptr;

// The description of a type at run time. Constant, alive for ever.
struct GCType {
  size_t size = 0;
  const uint32_t* pointers = nullptr;  // offsets of the pointers in one value
  uint32_t npointers = 0;              // 0: the collector need not look inside
  bool noscan() const { return npointers == 0; }
};

// The map of a type whose pointers are at these offsets.
template <size_t... kOffsets>
struct Pointers {
  static constexpr std::array<uint32_t, sizeof...(kOffsets)> offsets{kOffsets...};
};
using NoPointers = Pointers<>;

// To be specialised for each class that is allocated with New.
template <typename T>
struct PointerMap {
  static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>,
                "say which members of T are pointers: specialise PointerMap<T>");
  static constexpr std::array<uint32_t, 0> offsets{};
};
template <typename T>
struct PointerMap<Ptr<T>> : Pointers<0> {};
template <typename T>
struct PointerMap<T*> : Pointers<0> {};

// The description of T.
template <typename T>
inline constexpr GCType kTypeOf{sizeof(T), PointerMap<T>::offsets.data(),
                                PointerMap<T>::offsets.size()};

}  // namespace standstill::rt
