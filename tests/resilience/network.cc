#include "tests/resilience/network.h"

#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/support/client.h"

namespace regiokompas::test {
namespace {

namespace fs = std::filesystem;

using internal::v1::HealthRequest;
using internal::v1::HealthResponse;

constexpr size_t kDnsHeader = 12;
constexpr char kAnswerHead[] = {'\xc0', kDnsHeader, 0, 1, 0, 1,
                                0,      0,          0, 0, 0, 4};  // the name asked for, A, IN, no time

sockaddr_in SocketAddress(const std::string& address, int port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address.c_str(), &result.sin_addr);
  return result;
}

// The port that a socket got, or 0 when it cannot be bound there.
int Bind(int socket, const std::string& address, int port) {
  sockaddr_in wanted = SocketAddress(address, port);
  socklen_t size = sizeof(wanted);
  if (bind(socket, reinterpret_cast<const sockaddr*>(&wanted), size) != 0) return 0;
  getsockname(socket, reinterpret_cast<sockaddr*>(&wanted), &size);
  return ntohs(wanted.sin_port);
}

std::string FullName(const std::string& service) {
  std::string type = service;
  type[0] = static_cast<char>(toupper(type[0]));
  return absl::StrCat("regiokompas.", service, ".v1.", type, "Service");
}

}  // namespace

int FreePort(const std::vector<std::string>& addresses) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    int port = 0;
    bool free = true;
    for (const std::string& address : addresses) {
      const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      port = Bind(probe, address, port);
      close(probe);
      free = free && port != 0;
    }
    if (free) return port;
  }
  throw std::runtime_error("no free port");
}

NameServer::NameServer(std::vector<std::string> addresses)
    : addresses_(std::move(addresses)), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  port_ = Bind(socket_, "127.0.0.1", 0);
  if (port_ == 0) throw std::runtime_error("no free port");
  thread_ = std::thread([this] { Serve(); });
}

NameServer::~NameServer() {
  shutdown(socket_, SHUT_RDWR);
  thread_.join();
  close(socket_);
}

void NameServer::SetAddresses(std::vector<std::string> addresses) {
  const absl::MutexLock lock(&mutex_);
  addresses_ = std::move(addresses);
}

std::string NameServer::Target(const std::string& name, int port) const {
  return absl::StrCat("dns://127.0.0.1:", port_, "/", name, ":", port);
}

void NameServer::Serve() {
  for (;;) {
    char question[512];
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const ssize_t received =
        recvfrom(socket_, question, sizeof(question), 0, reinterpret_cast<sockaddr*>(&from), &size);
    // Nothing comes after shutdown.
    if (received <= 0) return;
    if (static_cast<size_t>(received) < kDnsHeader) continue;
    const std::string answer = AnswerTo(std::string(question, static_cast<size_t>(received)));
    sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
  }
}

std::string NameServer::AnswerTo(std::string question) {
  const absl::MutexLock lock(&mutex_);
  // The name ends with an empty label; type and class follow. What comes after them is not for us.
  const size_t type = question.find('\0', kDnsHeader) + 1;
  const bool asks_address = question[type] == 0 && question[type + 1] == 1;
  std::string answer = question.substr(0, type + 4);
  answer[2] = '\x84';  // an answer, with authority
  answer[3] = 0;
  answer[7] = asks_address ? static_cast<char>(addresses_.size()) : 0;
  for (const size_t count : {6, 8, 9, 10, 11}) answer[count] = 0;
  if (!asks_address) return answer;
  for (const std::string& address : addresses_) {
    const sockaddr_in bytes = SocketAddress(address, 0);
    answer.append(kAnswerHead, sizeof(kAnswerHead));
    answer.append(reinterpret_cast<const char*>(&bytes.sin_addr), sizeof(bytes.sin_addr));
  }
  return answer;
}

MountedKeys::MountedKeys(fs::path directory) : directory_(std::move(directory)) {
  fs::create_directories(directory_);
  for (const char* file : {"ca.crt", "tls.crt", "tls.key"})
    fs::create_symlink(fs::path("..data") / file, directory_ / file);
}

void MountedKeys::Replace(const std::string& authorities, const CertifiedKey& own) {
  const std::string version = absl::StrCat("..version", ++versions_);
  fs::create_directory(directory_ / version);
  std::ofstream(directory_ / version / "ca.crt") << authorities;
  std::ofstream(directory_ / version / "tls.crt") << own.certificate;
  std::ofstream(directory_ / version / "tls.key") << own.key;
  fs::create_symlink(version, directory_ / "..data_tmp");
  fs::rename(directory_ / "..data_tmp", directory_ / "..data");
}

rpc::TlsFiles MountedKeys::files() const {
  return {directory_ / "ca.crt", directory_ / "tls.crt", directory_ / "tls.key"};
}

std::string MountedKeys::ServerConfig() const {
  return absl::StrCat("tls { certificate_file: \"", files().certificate_file, "\" key_file: \"", files().key_file,
                      "\" client_ca_file: \"", files().ca_file, "\" }\n");
}

std::string MountedKeys::PeerConfig(const std::string& service, const std::string& address) const {
  return absl::StrCat("peer { service: \"", service, "\" address: \"", address, "\" ca_file: \"", files().ca_file,
                      "\" certificate_file: \"", files().certificate_file, "\" key_file: \"", files().key_file,
                      "\" }\n");
}

Replica::Replica(const Deployment& deployment, std::string service, std::string name, std::string address)
    : deployment_(deployment),
      service_(std::move(service)),
      name_(std::move(name)),
      full_name_(FullName(service_)),
      address_(std::move(address)),
      health_address_(absl::StrCat("127.0.0.1:", FreePort({"127.0.0.1"}))) {}

Replica::~Replica() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  Deployment::Finish(pid_);
}

void Replica::Start(const std::string& program, const std::string& config) {
  pid_ = deployment_.Launch({program, "serve", "--config", config, "--listen", address_, "--services=" + service_,
                             "--set", "health_listen=" + health_address_},
                            name_ + ".log");
}

void Replica::Terminate() { kill(pid_, SIGTERM); }

int Replica::Wait(absl::Duration timeout) {
  const absl::Time give_up = absl::Now() + timeout;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) != pid_) {
    if (absl::Now() >= give_up) return -1;
    absl::SleepFor(absl::Milliseconds(5));
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

HealthResponse::Serving Replica::Probe(const std::string& service) const {
  // As kubelet does: a connection for each question.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const Client probe(grpc::CreateCustomChannel(health_address_, grpc::InsecureChannelCredentials(), arguments), "");
  HealthRequest request;
  request.set_service(service);
  const auto answer =
      Client(probe).Timeout(std::chrono::seconds(1)).CallByName("/grpc.health.v1.Health/Check", request);
  HealthResponse health;
  if (!answer.ok() || !health.ParseFromString(answer.value)) return HealthResponse::SERVING_UNSPECIFIED;
  return health.status();
}

absl::Duration Replica::AwaitServing(absl::Duration timeout) const {
  const absl::Time start = absl::Now();
  while (Probe(full_name_) != HealthResponse::SERVING_SERVING && absl::Now() - start <= timeout) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::Now() - start;
}

std::string Replica::Log() const {
  std::stringstream text;
  text << std::ifstream(deployment_.directory() / (name_ + ".log")).rdbuf();
  return text.str();
}

}  // namespace regiokompas::test
