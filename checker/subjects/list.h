// A list on the collected heap: what a mutator builds while others collect.
#pragma once

#include <cstddef>

#include "runtime/api.h"

struct Link {
  standstill::rt::Ptr<Link> next;
};

template <>
struct standstill::rt::PointerMap<Link> : standstill::rt::Pointers<offsetof(Link, next)> {};

// Adds so many links in front, with a safepoint after each. REQUIRES: on a goroutine.
inline void addLinks(standstill::rt::Root<Link>& list, int links) {
  for (int i = 0; i < links; ++i) {
    Link* link = standstill::rt::New<Link>();
    link->next = list.get();
    list = link;
    standstill::rt::safepoint();
  }
}
