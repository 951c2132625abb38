// Does not include getg.h on purpose: inside this file the functions do read memory, and the
// compiler must not be told otherwise.
namespace standstill::rt {

struct G;

namespace {
thread_local G* currentG = nullptr;
}  // namespace

[[gnu::noinline]] G* readg() { return currentG; }

[[gnu::noinline]] G* getg() { return currentG; }

[[gnu::noinline]] void setg(G* gp) { currentG = gp; }

}  // namespace standstill::rt
