#include "common/rpc/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/auth/token_signer.h"

namespace regiokompas::rpc {
namespace {

using testing::HasSubstr;

class HostTest : public testing::Test {
 protected:
  HostTest() {
    std::string path = "/tmp/rk.XXXXXX";
    directory_ = mkdtemp(path.data());
    EXPECT_TRUE(auth::TokenSigner::Generate()->WriteJwks((directory_ / "jwks.json").string()).ok());
    std::ofstream(directory_ / "page.key") << std::string(32, 'k');
    config_.set_listen("unix:" + (directory_ / "s").string());
    config_.set_page_token_key_file((directory_ / "page.key").string());
    auto* issuer = config_.add_issuer();
    issuer->set_name("test");
    issuer->set_audience("regiokompas");
    issuer->set_jwks_file((directory_ / "jwks.json").string());
    issuer->set_development(true);
  }
  ~HostTest() override { std::filesystem::remove_all(directory_); }

  // Creates and starts a host, and tells how far it came.
  absl::Status Start(const internal::v1::Config& config, std::unique_ptr<Host>& host) {
    absl::StatusOr<std::unique_ptr<Host>> created = Host::Create(config, clock_, log_);
    if (!created.ok()) return created.status();
    host = *std::move(created);
    return host->Start();
  }

  std::string Refusal(const internal::v1::Config& config) {
    std::unique_ptr<Host> host;
    const absl::Status status = Start(config, host);
    EXPECT_FALSE(status.ok());
    return std::string(status.message());
  }

  absl::StatusOr<internal::v1::Config> Load(const std::string& text, const std::vector<std::string>& overrides = {}) {
    std::ofstream(directory_ / "config") << text;
    return LoadConfig((directory_ / "config").string(), overrides);
  }

  std::filesystem::path directory_;
  SystemClock clock_;
  obs::Logger log_{clock_, -1};
  internal::v1::Config config_;
};

TEST_F(HostTest, StartsAndStops) {
  std::unique_ptr<Host> host;
  ASSERT_EQ(Start(config_, host), absl::OkStatus());
  EXPECT_EQ(host->address(), config_.listen());
  host->Drain();
  host->Drain();
}

TEST_F(HostTest, ARunningServersAddressIsNotTakenOver) {
  std::unique_ptr<Host> first;
  ASSERT_EQ(Start(config_, first), absl::OkStatus());
  EXPECT_THAT(Refusal(config_), HasSubstr("is in use by a running server"));
}

TEST_F(HostTest, ASocketThatACrashLeftIsReplaced) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (directory_ / "s").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int left = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  close(left);
  std::unique_ptr<Host> host;
  EXPECT_EQ(Start(config_, host), absl::OkStatus());
}

TEST_F(HostTest, ASocketPathHasALimit) {
  config_.set_listen("unix:" + (directory_ / std::string(108, 'x')).string());
  EXPECT_THAT(Refusal(config_), HasSubstr("at most 107 fit"));
}

TEST_F(HostTest, ADirectoryThatIsNotThereIsNamed) {
  config_.set_listen("unix:" + (directory_ / "nergens" / "s").string());
  EXPECT_THAT(Refusal(config_), HasSubstr("nergens"));
}

TEST_F(HostTest, WhatIsMissingIsNamed) {
  internal::v1::Config config = config_;
  config.clear_listen();
  EXPECT_THAT(Refusal(config), HasSubstr("listen"));
  config = config_;
  config.set_page_token_key_file((directory_ / "nergens").string());
  EXPECT_THAT(Refusal(config), HasSubstr("page_token_key_file"));
  std::ofstream(directory_ / "short.key") << "kort";
  config.set_page_token_key_file((directory_ / "short.key").string());
  EXPECT_THAT(Refusal(config), HasSubstr("fewer than 32 bytes"));
  std::unique_ptr<Host> host = *Host::Create(config_, clock_, log_);
  EXPECT_THAT(std::string(host->AddRoom("catalogue", nullptr, {}).status().message()),
              HasSubstr("no database for service catalogue"));
}

TEST_F(HostTest, TcpWantsTlsAndNoDevelopmentKeys) {
  config_.set_listen("127.0.0.1:0");
  EXPECT_THAT(Refusal(config_), HasSubstr("tls"));
  config_.mutable_tls()->set_certificate_file("cert.pem");
  EXPECT_THAT(Refusal(config_), HasSubstr("development"));
}

TEST_F(HostTest, APeerOverTcpNeedsAnAuthority) {
  internal::v1::Peer* peer = config_.add_peer();
  peer->set_service("progress");
  peer->set_address("unix:/run/progress");
  EXPECT_TRUE(Host::Create(config_, clock_, log_).ok());
  peer->set_address("dns:///progress:8443");
  EXPECT_THAT(Refusal(config_), HasSubstr("peer progress is not on a unix socket and has no ca_file"));
}

TEST_F(HostTest, AConfigurationIsReadWithItsOverrides) {
  const auto config = Load("listen: 'unix:/a' drain_seconds: 3 database { service: 'catalogue' }",
                           {"listen=unix:/b=c", "drain_seconds=7", "startup_seconds=1"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen(), "unix:/b=c");
  EXPECT_EQ(config->drain_seconds(), 7);
  EXPECT_EQ(config->startup_seconds(), 1);
  EXPECT_EQ(config->database(0).service(), "catalogue");
}

TEST_F(HostTest, AnUnknownKeyIsNamedWithItsLine) {
  const auto config = Load("listen: 'unix:/a'\nlusiter: 'unix:/b'\n");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("line 2"));
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("lusiter"));
  for (const char* bad : {"lusiter=1", "database=x", "drain_seconds=veel", "issuer=x"}) {
    EXPECT_FALSE(Load("", {bad}).ok()) << bad;
  }
  EXPECT_FALSE(LoadConfig((directory_ / "nergens").string(), {}).ok());
}

}  // namespace
}  // namespace regiokompas::rpc
