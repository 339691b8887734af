#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gradus::test {

/// Answers a connection each with the bytes it was given for it, whatever is asked, and closes it; and keeps
/// what was asked.
class HttpServer {
 public:
  struct Answer {
    std::string bytes;
    std::chrono::milliseconds silence{0};  ///< before the connection is closed
    std::size_t bytes_each = 0;            ///< with 100 ms between so many; 0: all at once
  };

  explicit HttpServer(std::vector<Answer> answers) : answers_(std::move(answers)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (socket_ < 0 || ::bind(socket_, plain, size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, plain, &size) != 0)
      throw std::runtime_error("there is no port for a server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (const Answer& answer : answers_) serve(answer);
    });
  }
  ~HttpServer() { finish(); }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const { return fmt::format("http://127.0.0.1:{}/file", port_); }

  /// What was asked, once no further connection is awaited.
  const std::vector<std::string>& asked() {
    finish();
    return asked_;
  }

 private:
  void finish() {
    if (!thread_.joinable()) return;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  void serve(const Answer& answer) {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    std::string request;
    char byte = 0;
    while (!request.ends_with("\r\n\r\n") && ::recv(connection, &byte, 1, 0) == 1) request += byte;
    asked_.push_back(request);
    const std::size_t part = answer.bytes_each > 0 ? answer.bytes_each : answer.bytes.size();
    for (std::size_t at = 0; at < answer.bytes.size(); at += part) {
      if (at > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
      const std::string_view bytes = std::string_view(answer.bytes).substr(at, part);
      if (::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
    }
    std::this_thread::sleep_for(answer.silence);
    ::close(connection);
  }

  std::vector<Answer> answers_;
  std::vector<std::string> asked_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace gradus::test
