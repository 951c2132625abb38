namespace n {
class Shelf {
 public:
  void lock();
  void unlock();
  int id() const { return id_; }
  const char* holder;

 private:
  int id_;
};
void trace(int event, int id);
enum { kEnter, kLeave };
}  // namespace n

void stop(n::Shelf& s, const char* who) {
  s.lock();
  s.holder = who;
  n::trace(n::kEnter, s.id());
}

void start(n::Shelf& s) {
  n::trace(n::kLeave, s.id());
  s.holder = nullptr;
  s.unlock();
}

template <class T>
int both(T& s, n::Shelf& t) {
  auto f = [&] {
    t.lock();
    t.holder = "lambda";
    n::trace(n::kEnter, t.id());
  };
  f();
  return 0;
}

int use(n::Shelf& s, n::Shelf* t) {
  s.lock();
  s.holder = "use";
  n::trace(n::kEnter, s.id());
  switch (s.id()) {
    case 1:
      n::trace(n::kLeave, s.id());
      s.holder = nullptr;
      s.unlock();
      return both(s, *t);
    default:
      break;
  }
  n::trace(n::kLeave, s.id());
  s.holder = nullptr;
  s.unlock();
  t->lock();
  t->holder = "t";
  n::trace(n::kEnter, t->id());
  n::trace(n::kLeave, t->id());
  t->holder = nullptr;
  t->unlock();
  return 1;
}
