// A running suite inside the test process: real gRPC over a unix socket, a real database, real tokens, and a clock that
// stands still.
#pragma once

#include <grpcpp/channel.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/token_signer.h"
#include "common/base/call.h"
#include "common/base/clock.h"
#include "common/obs/log.h"
#include "common/rpc/host.h"
#include "tests/support/test_database.h"

namespace regiokompas::test {

// The owners of the tests: Doetinchem's neighbours near and far, as in the demonstration documents.
inline constexpr const char* kOwners[] = {"GM0677", "GM0299", "GM1916", "GM0342", "GM1876"};
inline constexpr char kOwner[] = "GM0677";
inline constexpr char kOtherOwner[] = "GM0299";

// 2026-01-15T10:00:00Z
absl::Time StartOfTest();

// Owns everything that it runs, in a short directory of its own that goes at the end. Its methods may be called by many
// threads, except SetClock, which needs that no call is under way. What fails while starting throws std::runtime_error.
class TestSuite {
 public:
  struct Options {
    int max_connections = 8;
    int max_waiters = 64;
    std::vector<std::string> reference_data_files = {};
  };
  TestSuite() : TestSuite(Options()) {}
  explicit TestSuite(Options options);
  ~TestSuite();
  TestSuite(const TestSuite&) = delete;
  TestSuite& operator=(const TestSuite&) = delete;

  // A token that is good for `lifetime` from now by the suite's clock; negative for one that has expired.
  std::string Token(const std::vector<OwnerRoles>& owners, const std::string& subject = "jansen",
                    absl::Duration lifetime = absl::Minutes(15)) const;

  // A token of a policy officer of `owner`.
  std::string Officer(const std::string& owner = kOwner, const std::string& subject = "jansen") const {
    return Token({{owner, {"policy_officer"}}}, subject);
  }

  // A token as a service signs it for itself: it reads the change feed.
  std::string FeedToken() const;

  // Lets every service follow the feed of sharing grants to its head, as they have done when the suite starts. A grant
  // has no effect before, and a second of the suite's clock later what is shared is closed until the next call.
  void PollShares();

  // Stops every service and starts it anew over the same database; channels made before it find it again.
  void Restart();

  void SetClock(absl::Time now) { clock_.Set(now); }
  absl::Time Now() const { return clock_.Now(); }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const TestDatabase& database() const { return database_; }
  rpc::Host& host() { return *host_; }
  // The services that run: package.Service.
  const std::vector<std::string>& service_names() const { return service_names_; }

 private:
  void Start();

  const Options options_;
  TestDatabase database_;
  FixedClock clock_;
  std::filesystem::path directory_;
  int log_fd_;
  obs::Logger log_;
  std::unique_ptr<auth::TokenSigner> signer_;
  std::unique_ptr<rpc::Host> host_;
  std::shared_ptr<grpc::Channel> channel_;
  std::vector<std::string> service_names_;
};

}  // namespace regiokompas::test
