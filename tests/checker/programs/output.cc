// What is written to descriptors 1 and 2, by all the ways there are.
#include <standstill/scenario.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

STANDSTILL_SCENARIO(all_ways) {
  std::printf("printf %d\n", 1);
  std::fprintf(stderr, "fprintf %s\n", "two");
  std::puts("puts");
  std::fputs("fputs\n", stdout);
  std::putchar('c');
  std::putc('\n', stdout);
  std::fwrite("fwrite\n", 1, 7, stdout);
  std::cout << "cout " << 3 << std::endl;
  std::cerr << "cerr\n";
  const ssize_t written = write(STDOUT_FILENO, "write\n", 6);
  standstill::observe("written", written);
  dprintf(STDOUT_FILENO, "dprintf %d\n", 4);
  const iovec parts[] = {{const_cast<char*>("wri"), 3}, {const_cast<char*>("tev\n"), 4}};
  standstill::observe("writev", writev(STDOUT_FILENO, parts, 2));
  fputs_unlocked("unlocked\n", stdout);
  errno = ENOENT;
  std::perror("perror");
}

// What -D_FORTIFY_SOURCE makes of printf.
extern "C" int __printf_chk(int flag, const char* format, ...);
extern "C" int __fprintf_chk(FILE* stream, int flag, const char* format, ...);
STANDSTILL_SCENARIO(fortified) {
  __printf_chk(1, "checked %d\n", 1);
  __fprintf_chk(stderr, 1, "checked %d\n", 2);
}

STANDSTILL_SCENARIO(long_text) {
  const std::string text(5000, 'x');
  standstill::observe("size", std::printf("%s|\n", text.c_str()));
}

STANDSTILL_SCENARIO(wide_text) { std::wcout << L"wide \u00e9\n"; }

STANDSTILL_SCENARIO(two_writers) {
  std::thread other([] { std::puts("b"); });
  std::puts("a");
  other.join();
}
