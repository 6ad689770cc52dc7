// A process that serves: it owns, in this order, what all services share, a pool and an endpoint per service, the
// services, and the gRPC server with its health and its end.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "common/api/page_tokens.h"
#include "common/base/embedded_file.h"
#include "common/db/database.h"
#include "common/rpc/endpoint.h"
#include "common/rpc/health_port.h"
#include "common/rpc/service_token.h"
#include "common/rpc/shares_reader.h"
#include "common/rpc/tls.h"
#include "common/rpc/watch.h"
#include "regiokompas/internal/v1/config.pb.h"

namespace regiokompas::rpc {

class Host {
 public:
  // Reads the files that the configuration names and starts the metrics page and the health port; nothing is listened
  // on for calls yet. The clock and the logger must outlive the host.
  static absl::StatusOr<std::unique_ptr<Host>> Create(const internal::v1::Config& config, const Clock& clock,
                                                      obs::Logger& log);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Has the health port say NOT_SERVING of a service (package.Service) that this host is going to have, so that probes
  // can tell what starts from what is not there.
  void Announce(const std::string& service_name);

  // What a service gets to live in.
  struct Room {
    db::Pool& pool;
    Endpoint& endpoint;
    const api::PageTokens& page_tokens;
    // The channel to another service, in this process or elsewhere; ask when it is needed, as the server must have
    // started.
    std::function<std::shared_ptr<grpc::Channel>(const std::string& service)> peer;
  };

  // Waits for the database, checks that its schema is migrated, and makes the room of service `name`.
  absl::StatusOr<Room> AddRoom(const std::string& name, const google::protobuf::ServiceDescriptor* service,
                               const std::vector<EmbeddedFile>& migrations);

  // Says that a service of this host calls `peer`: Start fails when it can not be reached from here by configuration.
  void NeedPeer(const std::string& peer) { needed_peers_.insert(peer); }

  // Lets what other owners share be read in service `name`, which has a room: follows collaboration's feed from Start
  // on. Without a service_identity in the configuration nothing that others share can be read.
  absl::Status ReceiveShares(const std::string& name);

  // Lets callers of service `name`, which has a room, watch what changes: from now until Drain. `compose` makes the
  // service's messages.
  Watcher& OfferWatches(const std::string& name, Watcher::Compose compose);

  // Before Start: leaves following the feed to PollShares; for tests, whose clock stands still.
  void HoldShares() { shares_held_ = true; }
  // Follows the feed once for every service of this host; the first error.
  absl::Status PollShares();

  // Takes a service that lives in a room of this host.
  void AddService(std::unique_ptr<grpc::Service> service);

  // Listens. From here on health says whether each service can work.
  absl::Status Start();

  // NOT_SERVING, then the configured wait, then no new calls; returns when the calls in flight have ended or their time
  // is up.
  void Drain();

  // What the services of this process share.
  const internal::v1::Config& config() const { return config_; }
  const Clock& clock() const { return environment_.clock; }
  obs::Logger& log() const { return log_; }

  // Where the server listens; with port 0 the one that it got.
  const std::string& address() const { return address_; }
  // Where the health port listens; empty without one.
  const std::string& health_address() const { return health_address_; }

 private:
  Host(internal::v1::Config config, const Clock& clock, obs::Logger& log, std::unique_ptr<auth::TokenVerifier> verifier,
       std::string token_key);

  struct Tenant {
    std::string service_name;  // package.Service
    std::unique_ptr<db::Pool> pool;
    std::unique_ptr<Endpoint> endpoint;
    bool healthy = true;
    // What others share, where it is received.
    std::unique_ptr<db::Pool> feed_pool;
    std::unique_ptr<ServiceToken> token;
    std::unique_ptr<SharesReader> shares;
    std::thread shares_thread;
    std::unique_ptr<Watcher> watcher;
  };

  // A channel to another process, with the keys that it was made with.
  struct Outgoing {
    std::unique_ptr<TlsReloader> tls;
    std::shared_ptr<const TlsKeys> keys;
    std::shared_ptr<grpc::Channel> channel;
  };

  absl::Status ListenForProbes();
  absl::Status PreparePeers();
  absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials();
  absl::StatusOr<std::unique_ptr<TlsReloader>> Follow(TlsFiles files);
  void SetServing(const std::string& service_name, bool serving);
  void StopServing();
  const internal::v1::Database* DatabaseOf(const std::string& service) const;
  db::Pool::LogCause LogCauseOf(const std::string& service) const;
  const internal::v1::Peer* PeerOf(const std::string& service) const;
  void WatchHealth();
  void FollowShares(const std::string& service, SharesReader& shares);
  std::shared_ptr<grpc::Channel> Peer(const std::string& service);

  const internal::v1::Config config_;
  obs::Logger& log_;
  obs::Metrics metrics_;
  const std::unique_ptr<auth::TokenVerifier> verifier_;
  Environment environment_;
  const std::string token_key_;
  const api::PageTokens page_tokens_;
  std::map<std::string, Tenant> tenants_;  // by short name
  std::set<std::string> needed_peers_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<HealthPort> health_port_;
  std::string health_address_;
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  absl::Mutex mutex_;
  std::map<std::string, Outgoing> peers_ ABSL_GUARDED_BY(mutex_);  // by short name of the service that is called
  absl::Notification stopping_;
  absl::Notification shares_stopping_;
  bool shares_held_ = false;
  std::vector<std::string> without_shares_;  // services that would receive shares and may not
  std::thread health_watch_;
};

// Reads a configuration in text format; every unknown key is an error that names its line. `overrides` are
// "path=value", such as listen=unix:/run/a.sock.
absl::StatusOr<internal::v1::Config> LoadConfig(const std::string& file, const std::vector<std::string>& overrides);

}  // namespace regiokompas::rpc
