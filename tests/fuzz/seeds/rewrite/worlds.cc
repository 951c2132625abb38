struct M {
  const char* preemptoff;
  int locks;
};
struct G {
  M* m;
};
extern int worldsema;
void acquire(int* sema);
void release(int* sema);
void halt();
void resume();
extern G* current;
inline G* getg() { return current; }

void stop(const char* reason) {
  acquire(&worldsema);
  getg()->m->preemptoff = reason;
  halt();
}

void start() {
  getg()->m->preemptoff = "";
  release(&worldsema);
  resume();
}

int plain(int n) {
  if (n < 0) return 0;
  acquire(&worldsema);
  G* gp = getg();
  gp->m->preemptoff = "plain";
  halt();
  int seen = n;
  gp->m->preemptoff = "";
  release(&worldsema);
  resume();
  return seen;
}

void between(bool all) {
  if (all) {
    acquire(&worldsema);
    getg()->m->preemptoff = "between";
    halt();
  }
  for (int i = 0; i < 3; ++i) getg()->m->locks++;
  if (all) {
    getg()->m->preemptoff = "";
    getg()->m->locks++;
    release(&worldsema);
    resume();
  }
}

bool early(const char* why) {
  acquire(&worldsema);
  getg()->m->preemptoff = why;
  halt();
  if (getg()->m->locks) {
    getg()->m->preemptoff = "";
    release(&worldsema);
    resume();
    return false;
  }
  getg()->m->preemptoff = "";
  release(&worldsema);
  resume();
  return true;
}
