// The pool after the refactoring: the queue and its lock have become a class of their own.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "task_queue.h"

class ThreadPool {
 public:
  explicit ThreadPool(int workers) {
    for (int i = 0; i < workers; ++i) {
      workers_.emplace_back([this] {
        while (const auto task = tasks_.take()) (*task)();
      });
    }
  }

  // Runs everything that was submitted, then joins the workers.
  ~ThreadPool() {
    tasks_.close();
    for (std::thread& worker : workers_) worker.join();
  }

  void submit(std::function<void()> task) { tasks_.put(std::move(task)); }

 private:
  TaskQueue tasks_;
  std::vector<std::thread> workers_;
};
