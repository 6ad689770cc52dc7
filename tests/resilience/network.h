// Services as a cluster runs them: on TCP, with TLS both ways, and with a port for probes.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/rpc/tls.h"
#include "regiokompas/internal/v1/health.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/support/certificates.h"

namespace regiokompas::test {

// The mounted certificate of one workload: names in a directory that point into ..data, and ..data to the newest
// version, which another one takes the place of at once.
class MountedKeys {
 public:
  explicit MountedKeys(std::filesystem::path directory);

  void Replace(const std::string& authorities, const CertifiedKey& own);

  rpc::TlsFiles files() const;
  // The lines of a `tls` or of a `peer`.
  std::string ServerConfig() const;
  std::string PeerConfig(const std::string& service, const std::string& address) const;

 private:
  const std::filesystem::path directory_;
  int versions_ = 0;
};

// Answers every question for an address (DNS, type A) with those of a headless service, on a port of 127.0.0.1.
class NameServer {
 public:
  // IPv4 addresses.
  explicit NameServer(std::vector<std::string> addresses);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  // What it answers from now on.
  void SetAddresses(std::vector<std::string> addresses);

  // The target by which gRPC finds `name` here.
  std::string Target(const std::string& name, int port) const;

 private:
  void Serve();
  std::string AnswerTo(std::string question);

  absl::Mutex mutex_;
  std::vector<std::string> addresses_ ABSL_GUARDED_BY(mutex_);
  int socket_;
  int port_ = 0;
  std::thread thread_;
};

// A port that is free on each of the addresses.
int FreePort(const std::vector<std::string>& addresses);

// One of several processes of a service, at an address that the next process keeps. Ends with the object.
class Replica {
 public:
  // `address` is "host:port".
  Replica(const Deployment& deployment, std::string service, std::string name, std::string address);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Starts a build of regiokompas.
  void Start(const std::string& program, const std::string& config);
  // SIGTERM; does not wait.
  void Terminate();
  // The exit code, or -1 when it still runs after `timeout`.
  int Wait(absl::Duration timeout);

  // What its port for probes answers about a service ("" for the process), UNSPECIFIED when it does not answer.
  internal::v1::HealthResponse::Serving Probe(const std::string& service) const;
  // Until the service is SERVING; returns how long that took, more than `timeout` when it did not.
  absl::Duration AwaitServing(absl::Duration timeout) const;

  // The build that its process runs, as the system knows it.
  std::filesystem::path Program() const { return Deployment::ProgramOf(pid_); }

  const std::string& address() const { return address_; }
  // package.Service
  const std::string& full_name() const { return full_name_; }
  // All that its processes logged.
  std::string Log() const;

 private:
  const Deployment& deployment_;
  const std::string service_;
  const std::string name_;
  const std::string full_name_;
  const std::string address_;
  const std::string health_address_;
  pid_t pid_ = 0;
};

}  // namespace regiokompas::test
