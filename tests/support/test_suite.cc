#include "tests/support/test_suite.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "regiokompas/collaboration/v1/collaboration_service.pb.h"
#include "regiokompas/indicator/v1/indicator_service.pb.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "regiokompas/progress/v1/progress_service.pb.h"
#include "services/catalogue/catalogue_service.h"
#include "services/collaboration/collaboration_service.h"
#include "services/indicator/indicator_service.h"
#include "services/intake/intake_service.h"
#include "services/progress/progress_service.h"

namespace regiokompas::test {
namespace {

constexpr char kIssuer[] = "test";
constexpr char kAudience[] = "regiokompas";
constexpr char kServiceIssuer[] = "test-services";

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

// Short, because a socket path holds 107 bytes.
std::filesystem::path MakeDirectory() {
  std::string path = "/tmp/rk.XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make a directory in /tmp");
  return path;
}

std::string SocketIn(const std::filesystem::path& directory) {
  return absl::StrCat("unix:", (directory / "s").string());
}

internal::v1::Config ConfigOf(const TestDatabase& database, const std::filesystem::path& directory,
                              const TestSuite::Options& options) {
  internal::v1::Config config;
  config.set_listen(SocketIn(directory));
  config.set_page_token_key_file((directory / "page.key").string());
  config.set_drain_seconds(5);
  config.set_startup_seconds(5);
  for (const std::string& file : options.reference_data_files) config.add_reference_data_file(file);
  auto* issuer = config.add_issuer();
  issuer->set_name(kIssuer);
  issuer->set_audience(kAudience);
  issuer->set_jwks_file((directory / "jwks.json").string());
  issuer->set_development(true);
  auto* services = config.add_issuer();
  services->set_name(kServiceIssuer);
  services->set_audience(kAudience);
  services->set_jwks_file((directory / "services.jwks.json").string());
  services->set_development(true);
  services->set_services(true);
  config.mutable_service_identity()->set_issuer(kServiceIssuer);
  config.mutable_service_identity()->set_audience(kAudience);
  config.mutable_service_identity()->set_key_file((directory / "services.key.pem").string());
  for (const std::string& service : Services()) {
    auto* entry = config.add_database();
    entry->set_service(service);
    entry->set_connection(database.App(service));
    entry->set_feed_connection(database.Feed(service));
    entry->set_max_connections(options.max_connections);
    entry->set_max_waiters(options.max_waiters);
  }
  return config;
}

}  // namespace

absl::Time StartOfTest() { return absl::FromCivil(absl::CivilSecond(2026, 1, 15, 10, 0, 0), absl::UTCTimeZone()); }

TestSuite::TestSuite(Options options)
    : options_(std::move(options)),
      clock_(StartOfTest()),
      directory_(MakeDirectory()),
      // Where to look when a test fails and its own words are not enough.
      log_fd_(open((directory_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)),
      log_(clock_, log_fd_) {
  absl::StatusOr<auth::TokenSigner> signer = auth::TokenSigner::Generate();
  Check(signer.status());
  signer_ = std::make_unique<auth::TokenSigner>(*std::move(signer));
  Check(signer_->WriteJwks((directory_ / "jwks.json").string()));
  absl::StatusOr<auth::TokenSigner> services = auth::TokenSigner::Generate();
  Check(services.status());
  Check(services->Save((directory_ / "services.key.pem").string()));
  Check(services->WriteJwks((directory_ / "services.jwks.json").string()));
  std::ofstream(directory_ / "page.key") << std::string(32, 'k');
  Start();
}

void TestSuite::Start() {
  absl::StatusOr<std::unique_ptr<rpc::Host>> host =
      rpc::Host::Create(ConfigOf(database_, directory_, options_), clock_, log_);
  Check(host.status());
  host_ = *std::move(host);
  Check(catalogue::Register(*host_));
  Check(progress::Register(*host_));
  Check(indicator::Register(*host_));
  Check(collaboration::Register(*host_));
  Check(intake::Register(*host_));
  service_names_ = {catalogue::v1::CreateFrameworkRequest::descriptor()->file()->service(0)->full_name(),
                    progress::v1::CreateReportingCycleRequest::descriptor()->file()->service(0)->full_name(),
                    indicator::v1::GetIndicatorRequest::descriptor()->file()->service(0)->full_name(),
                    collaboration::v1::GetRegionRequest::descriptor()->file()->service(0)->full_name(),
                    intake::v1::GetDraftRequest::descriptor()->file()->service(0)->full_name()};
  host_->HoldShares();
  Check(host_->Start());
  channel_ = grpc::CreateChannel(host_->address(), grpc::InsecureChannelCredentials());
  PollShares();
}

void TestSuite::Restart() {
  channel_.reset();
  host_.reset();
  Start();
}

TestSuite::~TestSuite() {
  channel_.reset();
  host_.reset();
  close(log_fd_);
  std::filesystem::remove_all(directory_);
}

std::string TestSuite::Token(const std::vector<OwnerRoles>& owners, const std::string& subject,
                             absl::Duration lifetime) const {
  // An expired token was issued before it expired.
  const absl::Time issued = std::min(clock_.Now(), clock_.Now() + lifetime - absl::Minutes(5));
  internal::v1::TokenClaims claims;
  claims.set_iss(kIssuer);
  claims.mutable_aud()->set_string_value(kAudience);
  claims.set_sub(subject);
  claims.set_iat(static_cast<double>(absl::ToUnixSeconds(issued)));
  claims.set_exp(static_cast<double>(absl::ToUnixSeconds(clock_.Now() + lifetime)));
  for (const OwnerRoles& owner : owners) {
    auto* claim = claims.add_owners();
    claim->set_id(owner.owner);
    for (const std::string& role : owner.roles) claim->add_roles(role);
  }
  absl::StatusOr<std::string> token = signer_->Sign(claims);
  Check(token.status());
  return *token;
}

std::string TestSuite::FeedToken() const {
  absl::StatusOr<auth::TokenSigner> signer = auth::TokenSigner::Load((directory_ / "services.key.pem").string());
  Check(signer.status());
  internal::v1::ServiceIdentity identity;
  identity.set_issuer(kServiceIssuer);
  identity.set_audience(kAudience);
  absl::StatusOr<std::string> token = rpc::ServiceToken(*std::move(signer), identity, "test", clock_).Get();
  Check(token.status());
  return *token;
}

void TestSuite::PollShares() { Check(host_->PollShares()); }

}  // namespace regiokompas::test
