// A server on the loopback interface: a goroutine for each connection, in blocking reads and
// writes. It answers each line with the line turned round.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/runtime/upheaval.h"

namespace rt = standstill::rt;

namespace {

constexpr int kClients = 8;
constexpr int kRequests = 200;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// A system call that may block. The goroutine may be on another thread after it, where errno is
// another's: only the result counts.
template <typename F>
auto blocking(F call) {
  rt::entersyscall();
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  rt::exitsyscall();
  return result;
}

// Reads up to the end of a line. Empty at the end of the connection.
std::string readLine(int fd) {
  std::string line;
  char c = 0;
  while (blocking([&] { return read(fd, &c, 1); }) == 1) {
    line += c;
    if (c == '\n') return line;
  }
  return "";
}

void writeLine(int fd, const std::string& line) {
  // Lines are short: they fit into the socket's buffer in one piece.
  if (blocking([&] { return write(fd, line.data(), line.size()); }) !=
      static_cast<ssize_t>(line.size())) {
    fail("write");
  }
}

std::string turned(std::string line) {
  std::reverse(line.begin(), line.end() - 1);
  return line;
}

// Until the listening socket is shut down.
void serve(int listener, rt::WaitGroup* connections) {
  for (;;) {
    int fd = blocking([&] { return accept(listener, nullptr, nullptr); });
    if (fd < 0) return;
    connections->add(1);
    rt::go(
        [fd, connections] {
          for (std::string line = readLine(fd); !line.empty(); line = readLine(fd)) {
            writeLine(fd, turned(line));
          }
          close(fd);
          connections->done();
        },
        "connection");
  }
}

void request(const sockaddr_in& address, int client) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (blocking([&] {
        return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
      }) != 0) {
    fail("connect");
  }
  for (int i = 0; i < kRequests; i++) {
    std::string line = "client " + std::to_string(client) + ", line " + std::to_string(i) + "\n";
    writeLine(fd, line);
    if (readLine(fd) != turned(line)) fail("wrong answer");
  }
  close(fd);
}

void server() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  // Port 0: the system chooses one.
  if (listener < 0 || bind(listener, any, size) != 0 || listen(listener, kClients) != 0 ||
      getsockname(listener, any, &size) != 0) {
    fail("listen");
  }
  rt::WaitGroup serving, connections, clients;
  serving.add(1);
  rt::go(
      [&] {
        serve(listener, &connections);
        serving.done();
      },
      "server");
  clients.add(kClients);
  for (int c = 0; c < kClients; c++) {
    rt::go(
        [&, c] {
          request(address, c);
          clients.done();
        },
        "client");
  }
  clients.wait();
  shutdown(listener, SHUT_RDWR);
  serving.wait();
  connections.wait();
  close(listener);
}

}  // namespace

int main() { examples::runInUpheaval("server", server); }
