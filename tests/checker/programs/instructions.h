// The instructions of a generated litmus program, as bytes; shared by the subject that performs
// them and the reference that works out what they can do.
#pragma once

#include <cstddef>
#include <vector>

// wait, signal and broadcast are about the condition variable that belongs to a mutex; wait needs
// the mutex.
enum class Action : unsigned char {
  load,
  store,
  add,
  lock,
  unlock,
  tryLock,
  wait,
  signal,
  broadcast,
  readLock,
  readUnlock,
  writeLock,
  writeUnlock,
  post,
  acquire
};

struct Instruction {
  Action action;
  unsigned char object;  // 0 or 1: which variable, mutex, read-write lock or semaphore

  bool operator==(const Instruction&) const = default;
};

using Instructions = std::vector<std::vector<Instruction>>;  // by thread; 0 is the main one

inline constexpr unsigned char kNextThread = 255;

inline std::vector<unsigned char> encode(const Instructions& program) {
  std::vector<unsigned char> bytes;
  for (size_t t = 0; t < program.size(); ++t) {
    if (t > 0) bytes.push_back(kNextThread);
    for (const Instruction& one : program[t]) {
      bytes.push_back(
          static_cast<unsigned char>(static_cast<unsigned char>(one.action) * 2 + one.object));
    }
  }
  return bytes;
}

inline Instructions decode(const unsigned char* bytes, size_t size) {
  Instructions program(1);
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] == kNextThread) {
      program.emplace_back();
    } else {
      program.back().push_back(
          {static_cast<Action>(bytes[i] / 2), static_cast<unsigned char>(bytes[i] % 2)});
    }
  }
  return program;
}
