// Runs the program that the checker supplies: for each thread a list of instructions, one byte
// each.
#include <semaphore.h>
#include <standstill/scenario.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "instructions.h"

namespace {

std::atomic<int> variables[2];
std::mutex mutexes[2];
std::condition_variable conditions[2];
std::shared_mutex rwlocks[2];
sem_t semaphores[2];

void perform(const std::vector<Instruction>& instructions, int thread, std::string& seen) {
  int value = thread * 10;  // what this thread stores: 11, 12, ... in thread 1
  for (const Instruction& instruction : instructions) {
    std::atomic<int>& variable = variables[instruction.object];
    std::mutex& mutex = mutexes[instruction.object];
    switch (instruction.action) {
      case Action::load:
        seen += std::to_string(variable.load()) + ",";
        break;
      case Action::store:
        variable.store(++value);
        break;
      case Action::add:
        seen += std::to_string(variable.fetch_add(100)) + ",";
        break;
      case Action::lock:
        mutex.lock();
        break;
      case Action::unlock:
        mutex.unlock();
        break;
      case Action::tryLock:
        seen += mutex.try_lock() ? "got," : "busy,";
        break;
      case Action::wait: {
        std::unique_lock hold(mutex, std::adopt_lock);
        conditions[instruction.object].wait(hold);
        hold.release();
        break;
      }
      case Action::signal:
        conditions[instruction.object].notify_one();
        break;
      case Action::broadcast:
        conditions[instruction.object].notify_all();
        break;
      case Action::readLock:
        rwlocks[instruction.object].lock_shared();
        break;
      case Action::readUnlock:
        rwlocks[instruction.object].unlock_shared();
        break;
      case Action::writeLock:
        rwlocks[instruction.object].lock();
        break;
      case Action::writeUnlock:
        rwlocks[instruction.object].unlock();
        break;
      case Action::post:
        sem_post(&semaphores[instruction.object]);
        break;
      case Action::acquire:
        sem_wait(&semaphores[instruction.object]);
        break;
    }
  }
}

}  // namespace

STANDSTILL_SCENARIO(interpreter) {
  unsigned char bytes[64];
  const Instructions program = decode(bytes, standstill_input(bytes, sizeof bytes));
  std::vector<std::string> seen(program.size());
  sem_init(&semaphores[1], 0, 1);  // the other one has nothing to acquire
  std::vector<std::thread> threads;
  for (size_t t = 1; t < program.size(); ++t) {
    threads.emplace_back([&, t] { perform(program[t], static_cast<int>(t), seen[t]); });
  }
  perform(program[0], 0, seen[0]);
  for (std::thread& thread : threads) thread.join();
  std::string all;
  for (const std::string& one : seen) all += one + ";";
  // Not observed as loads: these would be visible steps, which is no harm but makes traces longer.
  standstill::observe("seen", all);
  standstill::observe("x", variables[0].load());
  standstill::observe("y", variables[1].load());
}
