// Traces as text, to be observed: one word or two for each event.
#pragma once

#include <string>

// The events of a trace file in the order of their times, without times and stacks: "P0 Gomaxprocs
// 2, P0 GoUnblock 3". What is wrong with the file, if anything.
std::string eventsIn(const std::string& file);

// Reads the trace to its end, which takes that another goroutine stops it.
std::string readTrace();
