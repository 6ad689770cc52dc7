// A whole Regiokompas of one test: its own PostgreSQL cluster, its own database, and the real program in a process of
// its own, so that the test may kill any of them.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/client.h"

namespace regiokompas::test {

inline constexpr char kOwner[] = "GM1876";       // the owner of the demonstration document that the tests import
inline constexpr char kOtherOwner[] = "GM0677";  // owns nothing that the tests import

// Owns the directory, the cluster and the processes; all are gone at the end. One thread, except channel() and
// ClientOf(). What goes wrong while preparing throws std::runtime_error, which fails the test.
//
// Processes are started by posix_spawn, which runs no fork handlers and so goes together with gRPC in this process.
class Deployment {
 public:
  // Makes the cluster and the migrated database; the services are not started yet.
  Deployment();
  ~Deployment();
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  void StartPostgres();
  // SIGKILL to the postmaster and to every process that it started, at once.
  void KillPostgres();

  // Returns when the server takes connections.
  void StartServices();
  // SIGKILL.
  void KillServices();
  // SIGTERM; does not wait.
  void TerminateServices();
  // The exit code, or -1 when the process still runs after `timeout`, or -2 when a signal ended it.
  int WaitForServices(absl::Duration timeout);

  // Runs `regiokompas` or another program to its end.
  struct Ended {
    int exit_code;  // -2 when a signal ended it
    std::string output;
  };
  Ended Run(const std::vector<std::string>& words) const;
  // Starts `regiokompas import` of a file; Finish waits for it.
  pid_t StartImport(const std::string& file) const;
  static int Finish(pid_t child);
  Ended Health(const std::string& service) const;

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // A policy officer of both owners, on a connection made after the last StartServices.
  Client ClientOf(std::chrono::milliseconds timeout) const { return Client(channel_, token_).Timeout(timeout); }
  // libpq connection string of the cluster's superuser.
  std::string Superuser() const;

 private:
  std::filesystem::path directory_;
  std::string sockets_;
  std::string token_;
  std::shared_ptr<grpc::Channel> channel_;  // new at every start of the services
  pid_t services_ = 0;
};

// The number in the environment variable, or `otherwise`.
long NumberFrom(const char* variable, long otherwise);

}  // namespace regiokompas::test
