#ifdef __cplusplus
extern "C" {
#endif
#define LOCK(x)        \
  do {                 \
    acquire(&(x)->mu); \
  } while (0)
#define CAT(a, b) a##b
#define BEGIN {
%:include <mutex>
#include NAME
void acquire(int* m);  // acquire(m)
const char* s = R"x(acquire " )x"
                u8"\"acquire";
static inline void f(int* m) BEGIN LOCK(m); /* worldsema */
CAT(ac, quire)(m);
}
int ac\
quire = 0x1p-3 + '\'' + 1'000;
#ifdef __cplusplus
}
#endif
