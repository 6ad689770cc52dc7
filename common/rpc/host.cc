#include "common/rpc/host.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/resource_quota.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/db/migrate.h"
#include "common/rpc/client.h"
#include "common/rpc/read_file.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace regiokompas::rpc {
namespace {

constexpr int kMaxRequestBytes = 18 << 20;  // a document of 16 MiB and its fields
constexpr int kMaxStreamsPerConnection = 256;
constexpr int kMaxThreads = 1024;
// Connections age out, so that clients notice new replicas; nothing but a watch takes longer than the grace.
constexpr absl::Duration kConnectionAge = absl::Minutes(5);
constexpr absl::Duration kConnectionAgeGrace = absl::Minutes(2);
constexpr absl::Duration kHealthPeriod = absl::Seconds(2);
constexpr absl::Duration kDrainLinger = absl::Milliseconds(200);
constexpr absl::Duration kDrainPeriod = absl::Milliseconds(20);
constexpr absl::Duration kHealthTimeout = absl::Milliseconds(500);
constexpr size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;

constexpr errors::Kind kBadConfiguration{absl::StatusCode::kInvalidArgument, "CONFIGURATION_INVALID",
                                         "configuration: {why}", "configuratie: {why}"};
constexpr errors::Kind kSocketPathTooLong{absl::StatusCode::kFailedPrecondition, "SOCKET_PATH_TOO_LONG",
                                          "socket path {path} has {size} bytes; at most {limit} fit",
                                          "het pad van de socket {path} is {size} bytes lang; er passen er {limit}"};
constexpr errors::Kind kDirectoryUnusable{absl::StatusCode::kFailedPrecondition, "DIRECTORY_UNUSABLE",
                                          "cannot make a socket in {path}: {why}",
                                          "kan geen socket maken in {path}: {why}"};
constexpr errors::Kind kAddressInUse{absl::StatusCode::kFailedPrecondition, "ADDRESS_IN_USE",
                                     "cannot listen on {address}: it is in use by a running server",
                                     "kan niet luisteren op {address}: een andere server gebruikt het al"};
constexpr errors::Kind kCannotListen{absl::StatusCode::kFailedPrecondition, "CANNOT_LISTEN",
                                     "cannot listen on {address}: is it in use, or not of this machine?",
                                     "kan niet luisteren op {address}: is het in gebruik, of niet van deze machine?"};

absl::Status BadConfiguration(const std::string& why) { return errors::Make(kBadConfiguration, {{"why", why}}); }

bool IsUnix(absl::string_view address) { return absl::StartsWith(address, "unix:"); }

// The address with the port that was asked for, or with the one that the server got.
std::string WithPort(const std::string& address, int port) {
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

int Milliseconds(int seconds, absl::Duration otherwise) {
  return static_cast<int>(absl::ToInt64Milliseconds(seconds > 0 ? absl::Seconds(seconds) : otherwise));
}

// gRPC replaces a socket file that exists, so it would silently take the place of a running server.
absl::Status CheckSocketFree(const std::string& path) {
  if (path.size() > kMaxSocketPath) {
    return errors::Make(kSocketPathTooLong,
                        {{"path", path}, {"size", absl::StrCat(path.size())}, {"limit", absl::StrCat(kMaxSocketPath)}});
  }
  const std::string directory = path.substr(0, path.rfind('/'));
  if (access(directory.c_str(), W_OK | X_OK) != 0) {
    return errors::Make(kDirectoryUnusable, {{"path", directory}, {"why", std::strerror(errno)}});
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, kMaxSocketPath);
  const int probe = socket(AF_UNIX, SOCK_STREAM, 0);
  const bool answered = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(probe);
  if (answered) return errors::Make(kAddressInUse, {{"address", "unix:" + path}});
  return absl::OkStatus();
}

class CollectErrors final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    absl::StrAppend(&text_, text_.empty() ? "" : "; ", "line ", line + 1, ", column ", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::StatusOr<internal::v1::Config> LoadConfig(const std::string& file, const std::vector<std::string>& overrides) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file, "configuration"));
  internal::v1::Config config;
  CollectErrors problems;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&problems);
  if (!parser.ParseFromString(text, &config)) {
    return BadConfiguration(absl::StrCat(file, ": ", problems.text()));
  }
  for (const std::string& override_text : overrides) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(override_text, absl::MaxSplits('=', 1));
    const auto* field = config.GetDescriptor()->FindFieldByName(parts.first);
    if (field == nullptr || field->is_repeated() || field->message_type() != nullptr) {
      return BadConfiguration(absl::StrCat("--set ", override_text, ": there is no single value ", parts.first));
    }
    config.GetReflection()->ClearField(&config, field);
    const bool quoted = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
    if (!google::protobuf::TextFormat::ParseFieldValueFromString(
            quoted ? absl::StrCat("\"", absl::CEscape(parts.second), "\"") : parts.second, field, &config)) {
      return BadConfiguration(absl::StrCat("--set ", override_text, ": bad value"));
    }
  }
  return config;
}

absl::StatusOr<std::unique_ptr<Host>> Host::Create(const internal::v1::Config& config, const Clock& clock,
                                                   obs::Logger& log) {
  if (config.listen().empty()) return BadConfiguration("listen is not set");
  if (!IsUnix(config.listen()) && config.tls().certificate_file().empty()) {
    return BadConfiguration("a server that listens on TCP needs tls");
  }
  for (const internal::v1::Peer& peer : config.peer()) {
    // Without it every authority that the machine trusts would do, and callers' tokens go there.
    if (!IsUnix(peer.address()) && peer.ca_file().empty()) {
      return BadConfiguration(absl::StrCat("peer ", peer.service(), " is not on a unix socket and has no ca_file"));
    }
  }
  ASSIGN_OR_RETURN(std::string key, ReadFile(config.page_token_key_file(), "page_token_key_file"));
  if (key.size() < 32) return BadConfiguration("page_token_key_file holds fewer than 32 bytes");
  ASSIGN_OR_RETURN(std::unique_ptr<auth::TokenVerifier> verifier,
                   auth::TokenVerifier::Create(config, clock, [&log](const absl::Status& problem) {
                     log.Write(obs::Severity::kError, "keys", {{"cause", problem.message()}});
                   }));
  std::unique_ptr<Host> host(new Host(config, clock, log, std::move(verifier), std::move(key)));
  RETURN_IF_ERROR(host->ListenForProbes());
  if (!config.metrics_listen().empty()) RETURN_IF_ERROR(host->metrics_.Listen(config.metrics_listen()));
  return host;
}

Host::Host(internal::v1::Config config, const Clock& clock, obs::Logger& log,
           std::unique_ptr<auth::TokenVerifier> verifier, std::string token_key)
    : config_(std::move(config)),
      log_(log),
      verifier_(std::move(verifier)),
      environment_{.clock = clock, .log = log, .metrics = metrics_, .verifier = *verifier_},
      token_key_(std::move(token_key)),
      page_tokens_(token_key_, clock) {}

Host::~Host() { Drain(); }

absl::Status Host::ListenForProbes() {
  const std::string& address = config_.health_listen();
  if (address.empty()) return absl::OkStatus();
  health_port_ = HealthPort::Listen(address);
  if (health_port_ == nullptr) return errors::Make(kCannotListen, {{"address", address}});
  health_address_ = WithPort(address, health_port_->port());
  return absl::OkStatus();
}

void Host::Announce(const std::string& service_name) {
  if (health_port_ != nullptr) health_port_->Set(service_name, false);
}

void Host::SetServing(const std::string& service_name, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(service_name, serving);
  if (health_port_ != nullptr) health_port_->Set(service_name, serving);
}

absl::StatusOr<Host::Room> Host::AddRoom(const std::string& name, const google::protobuf::ServiceDescriptor* service,
                                         const std::vector<EmbeddedFile>& migrations) {
  const internal::v1::Database* database = DatabaseOf(name);
  if (database == nullptr) return BadConfiguration("no database for service " + name);
  const absl::Time give_up =
      absl::Now() + absl::Seconds(config_.startup_seconds() > 0 ? config_.startup_seconds() : 30);
  absl::Status ready = db::CheckMigrated(database->connection(), name, migrations);
  while (ready.code() == absl::StatusCode::kUnavailable && absl::Now() < give_up) {
    absl::SleepFor(absl::Milliseconds(200));
    ready = db::CheckMigrated(database->connection(), name, migrations);
  }
  RETURN_IF_ERROR(ready);

  db::PoolOptions options{.connection = database->connection()};
  if (database->max_connections() > 0) options.max_connections = database->max_connections();
  if (database->max_waiters() > 0) options.max_waiters = database->max_waiters();
  Tenant& tenant = tenants_[name];
  tenant.service_name = service->full_name();
  tenant.pool = std::make_unique<db::Pool>(options, LogCauseOf(name));
  tenant.endpoint =
      std::make_unique<Endpoint>(environment_, name, service, options.max_connections + options.max_waiters);
  return Room{*tenant.pool, *tenant.endpoint, page_tokens_, [this](const std::string& peer) { return Peer(peer); }};
}

const internal::v1::Database* Host::DatabaseOf(const std::string& service) const {
  const internal::v1::Database* found = nullptr;
  for (const auto& entry : config_.database()) {
    if (entry.service() == service) found = &entry;
  }
  return found;
}

db::Pool::LogCause Host::LogCauseOf(const std::string& service) const {
  return [this, service](const Call* call, absl::string_view cause) {
    log_.Write(obs::Severity::kWarning, "database",
               {{"service", service},
                {"method", call == nullptr ? "" : call->method},
                {"request_id", call == nullptr ? "" : call->request_id},
                {"cause", cause}});
  };
}

absl::Status Host::ReceiveShares(const std::string& name) {
  const internal::v1::Database& database = *DatabaseOf(name);
  const internal::v1::ServiceIdentity& identity = config_.service_identity();
  if (identity.key_file().empty()) {
    without_shares_.push_back(name);
    return absl::OkStatus();
  }
  if (database.feed_connection().empty()) return BadConfiguration("no feed_connection for service " + name);
  if (identity.issuer().empty() || identity.audience().empty()) {
    return BadConfiguration("service_identity needs an issuer, an audience and a key_file");
  }
  ASSIGN_OR_RETURN(auth::TokenSigner signer, auth::TokenSigner::Load(identity.key_file()));
  NeedPeer("collaboration");
  Tenant& tenant = tenants_.at(name);
  tenant.feed_pool = std::make_unique<db::Pool>(
      db::PoolOptions{.connection = database.feed_connection(), .max_connections = 1, .max_waiters = 1},
      LogCauseOf(name));
  tenant.token = std::make_unique<ServiceToken>(std::move(signer), identity, name, environment_.clock);
  tenant.shares = std::make_unique<SharesReader>(
      environment_.clock, *tenant.feed_pool, [this] { return Peer("collaboration"); }, *tenant.token);
  tenant.endpoint->ReceiveShares();
  return absl::OkStatus();
}

Watcher& Host::OfferWatches(const std::string& name, Watcher::Compose compose) {
  Tenant& tenant = tenants_.at(name);
  tenant.watcher =
      std::make_unique<Watcher>(environment_, name, *tenant.pool, *tenant.endpoint, token_key_, std::move(compose));
  return *tenant.watcher;
}

absl::Status Host::PollShares() {
  for (auto& [name, tenant] : tenants_) {
    if (tenant.shares != nullptr) RETURN_IF_ERROR(tenant.shares->Poll([] { return false; }));
  }
  return absl::OkStatus();
}

void Host::FollowShares(const std::string& service, SharesReader& shares) {
  bool well = true;
  do {
    const absl::Status status = shares.Poll([this] { return shares_stopping_.HasBeenNotified(); });
    metrics_.SharesLag(service, environment_.clock.Now() - shares.confirmed_time());
    // Once per change, not four times a second.
    if (status.ok() == well) continue;
    well = status.ok();
    log_.Write(well ? obs::Severity::kInfo : obs::Severity::kWarning, "shares",
               {{"service", service}, {"following", well}, {"cause", status.message()}});
  } while (!shares_stopping_.WaitForNotificationWithTimeout(kSharesPeriod));
}

void Host::AddService(std::unique_ptr<grpc::Service> service) { services_.push_back(std::move(service)); }

const internal::v1::Peer* Host::PeerOf(const std::string& service) const {
  const internal::v1::Peer* found = nullptr;
  for (const auto& entry : config_.peer()) {
    if (entry.service() == service) found = &entry;
  }
  return found;
}

absl::StatusOr<std::unique_ptr<TlsReloader>> Host::Follow(TlsFiles files) {
  return TlsReloader::Create(std::move(files), environment_.clock, [this](const absl::Status& problem) {
    log_.Write(obs::Severity::kError, "tls", {{"cause", problem.message()}});
  });
}

absl::Status Host::PreparePeers() {
  absl::MutexLock lock(&mutex_);
  for (const std::string& service : needed_peers_) {
    const internal::v1::Peer* peer = PeerOf(service);
    if (peer == nullptr && tenants_.count(service) == 0) {
      return BadConfiguration("no peer entry for service " + service);
    }
    if (peer == nullptr || IsUnix(peer->address())) continue;
    ASSIGN_OR_RETURN(peers_[service].tls, Follow({peer->ca_file(), peer->certificate_file(), peer->key_file()}));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Host::Credentials() {
  if (IsUnix(config_.listen())) {
    RETURN_IF_ERROR(CheckSocketFree(config_.listen().substr(5)));
    return grpc::InsecureServerCredentials();
  }
  const internal::v1::Tls& tls = config_.tls();
  ASSIGN_OR_RETURN(std::unique_ptr<TlsReloader> keys,
                   Follow({tls.client_ca_file(), tls.certificate_file(), tls.key_file()}));
  if (tls.client_ca_file().empty()) {
    log_.Write(obs::Severity::kWarning, "tls",
               {{"cause", "no client_ca_file: callers show a token and no certificate"}});
  }
  return ReloadingServerCredentials(std::move(keys));
}

absl::Status Host::Start() {
  RETURN_IF_ERROR(PreparePeers());
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  ASSIGN_OR_RETURN(credentials_, Credentials());
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(config_.listen(), credentials_, &port);
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  // A fuse far above what the endpoints admit; gRPC would grow threads without bound.
  grpc::ResourceQuota quota("server");
  quota.SetMaxThreads(kMaxThreads);
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  // Two servers on one port would share its connections without a word.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                             Milliseconds(config_.max_connection_age_seconds(), kConnectionAge));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Milliseconds(config_.max_connection_age_grace_seconds(), kConnectionAgeGrace));
  for (const auto& service : services_) builder.RegisterService(service.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) {
    return errors::Make(kCannotListen, {{"address", config_.listen()}});
  }
  address_ = IsUnix(config_.listen()) ? config_.listen() : WithPort(config_.listen(), port);
  for (const auto& [name, tenant] : tenants_) SetServing(tenant.service_name, true);
  for (const std::string& name : without_shares_) {
    log_.Write(obs::Severity::kWarning, "shares",
               {{"service", name}, {"cause", "no service_identity: nothing that others share can be read"}});
  }
  health_watch_ = std::thread([this] { WatchHealth(); });
  for (auto& [name, tenant] : tenants_) {
    if (tenant.shares == nullptr || shares_held_) continue;
    tenant.shares_thread = std::thread([this, &name = name, &tenant = tenant] { FollowShares(name, *tenant.shares); });
  }
  return absl::OkStatus();
}

// Readiness follows the database both ways; liveness (the process answers at all) does not look at it.
void Host::WatchHealth() {
  while (!stopping_.WaitForNotificationWithTimeout(kHealthPeriod)) {
    for (auto& [name, tenant] : tenants_) {
      const bool healthy = tenant.pool->Ping(absl::Now() + kHealthTimeout).ok();
      const db::PoolCounts counts = tenant.pool->Counts();
      metrics_.Pool(name, counts.leased, counts.idle);
      if (healthy == tenant.healthy) continue;
      tenant.healthy = healthy;
      log_.Write(obs::Severity::kWarning, "health", {{"service", name}, {"serving", healthy}});
      if (!stopping_.HasBeenNotified()) SetServing(tenant.service_name, healthy);
    }
  }
}

std::shared_ptr<grpc::Channel> Host::Peer(const std::string& service) {
  absl::MutexLock lock(&mutex_);
  Outgoing& outgoing = peers_[service];
  // Calls under way keep the channel that they were made on.
  const std::shared_ptr<const TlsKeys> keys = outgoing.tls == nullptr ? nullptr : outgoing.tls->Current();
  if (outgoing.channel != nullptr && outgoing.keys == keys) return outgoing.channel;
  outgoing.keys = keys;
  if (const internal::v1::Peer* peer = PeerOf(service); peer != nullptr) {
    outgoing.channel = Connect(peer->address(), keys == nullptr ? TlsKeys() : *keys);
  } else if (tenants_.count(service) > 0) {
    outgoing.channel = server_->InProcessChannel(ClientArguments());
  }
  return outgoing.channel;
}

// All names, "" too: that is the one by which our clients see that they should go elsewhere.
void Host::StopServing() {
  server_->GetHealthCheckService()->SetServingStatus(false);
  for (const auto& [name, tenant] : tenants_) SetServing(tenant.service_name, false);
}

void Host::Drain() {
  if (server_ == nullptr || stopping_.HasBeenNotified()) return;
  stopping_.Notify();
  // At once, and again when nothing can say otherwise any more: the watch may wait for a database.
  StopServing();
  health_watch_.join();
  StopServing();
  absl::SleepFor(absl::Seconds(config_.drain_wait_seconds()));
  environment_.draining = true;
  // A watch never ends of itself.
  for (auto& [name, tenant] : tenants_) {
    if (tenant.watcher != nullptr) tenant.watcher->Stop();
  }
  // Always with a deadline: without one a stream that never ends would keep the process for ever.
  const absl::Time deadline = absl::Now() + absl::Seconds(config_.drain_seconds() > 0 ? config_.drain_seconds() : 20);
  // The server stays until the calls in flight have ended, as they may still call each other; and for a moment at
  // least, so that calls on their way here are refused with UNAVAILABLE. Shutdown would cancel what it has not handed
  // to a method yet.
  const absl::Time linger = absl::Now() + kDrainLinger;
  while ((environment_.calls > 0 && absl::Now() < deadline) || absl::Now() < linger) absl::SleepFor(kDrainPeriod);
  // Answers that were just given still have to leave. Then an end at once: Shutdown with time waits for every
  // connection, also of clients that do nothing and so do not see that it ends, and cancels the calls that they make
  // meanwhile.
  absl::SleepFor(kDrainLinger);
  // Until here what others share can still be read.
  shares_stopping_.Notify();
  for (auto& [name, tenant] : tenants_) {
    if (tenant.shares_thread.joinable()) tenant.shares_thread.join();
  }
  server_->Shutdown(absl::ToChronoTime(environment_.calls > 0 ? deadline : absl::Now()));
  server_->Wait();
  absl::MutexLock lock(&mutex_);
  peers_.clear();
}

}  // namespace regiokompas::rpc
