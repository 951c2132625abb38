#include "checker/subjects/trace_text.h"

#include <algorithm>
#include <string_view>

#include "runtime/api.h"
#include "runtime/trace_decoder.h"

namespace rt = standstill::rt;

namespace {

// The name of a type, and how many of its arguments say what happened: sequence numbers and stacks
// come after those.
struct Kind {
  rt::TraceEv type;
  const char* name;
  size_t arguments;
};

constexpr Kind kKinds[] = {
    {rt::TraceEv::Gomaxprocs, "Gomaxprocs", 1},   {rt::TraceEv::ProcStart, "ProcStart", 1},
    {rt::TraceEv::ProcStop, "ProcStop", 0},       {rt::TraceEv::GCStart, "GCStart", 1},
    {rt::TraceEv::GCDone, "GCDone", 0},           {rt::TraceEv::GCSTWStart, "GCSTWStart", 1},
    {rt::TraceEv::GCSTWDone, "GCSTWDone", 0},     {rt::TraceEv::SweepStart, "SweepStart", 0},
    {rt::TraceEv::SweepDone, "SweepDone", 2},     {rt::TraceEv::GoCreate, "GoCreate", 1},
    {rt::TraceEv::GoStart, "GoStart", 1},         {rt::TraceEv::GoEnd, "GoEnd", 0},
    {rt::TraceEv::GoStop, "GoStop", 0},           {rt::TraceEv::GoSched, "GoSched", 0},
    {rt::TraceEv::GoPreempt, "GoPreempt", 0},     {rt::TraceEv::GoSleep, "GoSleep", 0},
    {rt::TraceEv::GoBlock, "GoBlock", 0},         {rt::TraceEv::GoUnblock, "GoUnblock", 1},
    {rt::TraceEv::GoBlockSend, "GoBlockSend", 0}, {rt::TraceEv::GoBlockRecv, "GoBlockRecv", 0},
    {rt::TraceEv::GoBlockSync, "GoBlockSync", 0}, {rt::TraceEv::GoSysCall, "GoSysCall", 0},
    {rt::TraceEv::GoSysExit, "GoSysExit", 1},     {rt::TraceEv::GoSysBlock, "GoSysBlock", 0},
    {rt::TraceEv::GoWaiting, "GoWaiting", 1},     {rt::TraceEv::GoInSyscall, "GoInSyscall", 1},
    {rt::TraceEv::HeapAlloc, "HeapAlloc", 1},     {rt::TraceEv::NextGC, "NextGC", 1},
};

std::string textOf(const rt::DecodedEvent& event) {
  const Kind* kind = std::ranges::find(kKinds, event.type, &Kind::type);
  if (kind == std::end(kKinds)) return "?";
  std::string text = "P" + std::to_string(event.p) + " " + kind->name;
  for (size_t i = 0; i < std::min(kind->arguments, event.args.size()); ++i)
    text += " " + std::to_string(event.args[i]);
  return text;
}

}  // namespace

std::string eventsIn(const std::string& file) {
  const rt::DecodedTrace trace(file);
  if (!trace.error.empty()) return "error: " + trace.error;
  std::string text;
  for (const rt::DecodedEvent& event : trace.events)
    text += (text.empty() ? "" : ", ") + textOf(event);
  return text;
}

std::string readTrace() {
  std::string file;
  for (;;) {
    const std::string_view piece = rt::ReadTrace();
    if (piece.empty()) return file;
    file += piece;
  }
}
