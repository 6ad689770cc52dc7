// A whole Regiokompas of one test: its own PostgreSQL cluster, its own database, and the real program in one process or
// in one for each service, so that the test may kill any of them.
#pragma once

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/client.h"

namespace regiokompas::test {

inline constexpr char kOwner[] = "GM1876";       // the owner of the demonstration document that the tests import
inline constexpr char kOtherOwner[] = "GM0677";  // owns nothing that the tests import

inline constexpr const char* kServices[] = {"catalogue", "progress", "indicator", "collaboration", "intake"};

// Owns the directory, the cluster and the processes; all are gone at the end. One thread, except ChannelTo,
// channel and ClientOf. What goes wrong while preparing throws std::runtime_error, which fails the test.
//
// Processes are started by posix_spawn, which runs no fork handlers and so goes together with gRPC in this process.
class Deployment {
 public:
  enum class Processes { kOne, kOnePerService };

  // Makes the cluster and the database, migrated by `program`, a build of regiokompas, of which the services will be
  // too; they are not started yet.
  explicit Deployment(Processes processes = Processes::kOne, std::string program = REGIOKOMPAS_CLI);
  ~Deployment();
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  void StartPostgres();
  // SIGKILL to the postmaster and to every process that it started, at once.
  void KillPostgres();

  // All processes. Returns when the servers take connections.
  void StartServices();
  // SIGKILL to those that run.
  void KillServices();

  // Of one process: SIGTERM; does not wait.
  void TerminateServices();
  // Of one process: the exit code, or -1 when the process still runs after `timeout`, or -2 when a signal ended it.
  int WaitForServices(absl::Duration timeout);

  // Of one process per service: as above, SIGSTOP and SIGCONT.
  void StartService(const std::string& service);
  void KillService(const std::string& service);
  void PauseService(const std::string& service);
  void ResumeService(const std::string& service);
  // The build that its process runs, as the system knows it.
  std::filesystem::path ProgramOf(const std::string& service) const;
  static std::filesystem::path ProgramOf(pid_t process);
  // What its process holds in memory.
  long ResidentKilobytes(const std::string& service) const;

  // Adds text to the configuration with which processes start from now on: a later entry for a service takes the place
  // of an earlier one.
  void AddConfig(const std::string& text) const;
  // That configuration as a server on TCP takes it, which trusts no keys for development, with `text` added to it; the
  // path of a file.
  std::string NetworkConfig(const std::string& name, const std::string& text) const;

  // Brings the database up to what a build of regiokompas knows, also while services run; returns what it says.
  std::string Migrate(const std::string& program) const;

  // Starts a program whose output is added to `log`, a file in directory(); Finish waits for it.
  pid_t Launch(const std::vector<std::string>& words, const std::string& log) const;

  // Where all of it is kept.
  const std::filesystem::path& directory() const { return directory_; }

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

  // A token of jansen for `owners`, such as GM0677=policy_officer.
  std::string Token(const std::vector<std::string>& owners, absl::Duration lifetime = absl::Minutes(15)) const;
  // A new connection to the process of the service, which finds it again by itself when it was away.
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service) const;

  // Of one process, after the last StartServices.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // A policy officer of both owners, on that channel.
  Client ClientOf(std::chrono::milliseconds timeout) const { return Client(channel_, token_).Timeout(timeout); }
  // libpq connection string of the cluster's superuser.
  std::string Superuser() const;

 private:
  // Run of what must succeed; returns its output.
  std::string Demand(const std::vector<std::string>& words) const;
  void WriteConfig() const;
  // The process that runs a service, as processes_ names it.
  std::string ProcessOf(const std::string& service) const;
  std::string SocketOf(const std::string& service) const;
  void Start(const std::string& process);
  void AwaitStart(const std::string& process);
  void Kill(const std::string& process);
  // As WaitForServices.
  int Wait(const std::string& process, absl::Duration timeout);

  const std::string program_;
  std::filesystem::path directory_;
  std::string sockets_;
  std::string token_;
  std::shared_ptr<grpc::Channel> channel_;
  std::map<std::string, pid_t> processes_;  // 0 for one that does not run
};

// The number in the environment variable, or `otherwise`.
long NumberFrom(const char* variable, long otherwise);

}  // namespace regiokompas::test
