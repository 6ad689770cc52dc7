#include "services/cli/dev/dev_tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "common/auth/roles.h"
#include "common/auth/token_verifier.h"

namespace regiokompas::cli {
namespace {

using testing::HasSubstr;

std::string ReadFile(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class DevToolTest : public testing::Test {
 protected:
  DevToolTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "regiokompas-dev-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~DevToolTest() override { std::filesystem::remove_all(directory_); }

  int Run(const std::vector<std::string>& arguments, const std::string& language = "nl_NL.UTF-8") {
    out_.str("");
    err_.str("");
    return RunDevTool(arguments, language, clock_, out_, err_);
  }

  // What the service makes of the token that was printed last.
  absl::StatusOr<Principal> Verify(const std::string& issuer = "dev", const std::string& audience = "regiokompas") {
    internal::v1::Config config;
    config.set_listen("unix:/run/regiokompas");
    auto* entry = config.add_issuer();
    entry->set_name(issuer);
    entry->set_audience(audience);
    entry->set_jwks_file(directory_ + "/keys/dev.jwks.json");
    entry->set_development(true);
    auto verifier = auth::TokenVerifier::Create(config, clock_);
    if (!verifier.ok()) return verifier.status();
    const std::string printed = out_.str();
    return (*verifier)->Verify(absl::StripSuffix(printed, "\n"));
  }

  const FixedClock clock_{absl::FromCivil(absl::CivilDay(2026, 1, 15), absl::UTCTimeZone())};
  std::string directory_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(DevToolTest, KeysAreMadeOnceAndKeptSecret) {
  const std::vector<std::string> command = {"keys", "--out", directory_ + "/keys"};
  ASSERT_EQ(Run(command), kExitOk) << err_.str();
  const std::string key_file = directory_ + "/keys/dev.key.pem";
  struct stat info {};
  ASSERT_EQ(::stat(key_file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  const std::string key = ReadFile(key_file);
  const std::string jwks = ReadFile(directory_ + "/keys/dev.jwks.json");
  EXPECT_THAT(jwks, HasSubstr("\"ES256\""));

  std::filesystem::remove(directory_ + "/keys/dev.jwks.json");
  ASSERT_EQ(Run(command), kExitOk) << err_.str();
  EXPECT_EQ(ReadFile(key_file), key);
  EXPECT_EQ(ReadFile(directory_ + "/keys/dev.jwks.json"), jwks);
}

TEST_F(DevToolTest, ABrokenKeyIsNeverReplaced) {
  std::filesystem::create_directory(directory_ + "/keys");
  std::ofstream(directory_ + "/keys/dev.key.pem") << "nothing";
  EXPECT_EQ(Run({"keys", "--out", directory_ + "/keys"}), kExitFailure);
  EXPECT_THAT(err_.str(), HasSubstr("dev.key.pem"));
  EXPECT_EQ(ReadFile(directory_ + "/keys/dev.key.pem"), "nothing");
}

TEST_F(DevToolTest, TheServiceAcceptsTheToken) {
  ASSERT_EQ(Run({"keys", "--out", directory_ + "/keys"}), kExitOk);
  ASSERT_EQ(Run({"token", "--key", directory_ + "/keys/dev.key.pem", "--subject=Jan Jansen", "--owner",
                 "GM0677=policy_officer,controller", "--owner=RG-achterhoek=regional_coordinator"}),
            kExitOk)
      << err_.str();
  const auto principal = Verify();
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(principal->Id(), "dev:Jan Jansen");
  EXPECT_EQ(principal->expire_time, clock_.Now() + absl::Minutes(15));
  EXPECT_TRUE(auth::Allows(*principal, "GM0677", options::v1::PERMISSION_INTAKE_ACCEPT));
  EXPECT_TRUE(auth::Allows(*principal, "RG-achterhoek", options::v1::PERMISSION_INTAKE_READ));
  EXPECT_FALSE(auth::Allows(*principal, "RG-achterhoek", options::v1::PERMISSION_INTAKE_ACCEPT));
}

TEST_F(DevToolTest, IssuerAudienceAndLifetimeAreAsAsked) {
  ASSERT_EQ(Run({"keys", "--out", directory_ + "/keys"}), kExitOk);
  ASSERT_EQ(Run({"token", "--key", directory_ + "/keys/dev.key.pem", "--subject", "x", "--owner", "NL=integrator",
                 "--lifetime", "90s", "--issuer", "test", "--audience", "elders"}),
            kExitOk);
  EXPECT_FALSE(Verify().ok());
  const auto principal = Verify("test", "elders");
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(principal->expire_time, clock_.Now() + absl::Seconds(90));
}

TEST_F(DevToolTest, WrongUsageIsExplainedAndPrintsNoToken) {
  ASSERT_EQ(Run({"keys", "--out", directory_ + "/keys"}), kExitOk);
  const std::string key = directory_ + "/keys/dev.key.pem";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"maak"}, "onbekende opdracht: maak"},
      {{"keys"}, "--out ontbreekt"},
      {{"keys", "--out"}, "--out mist een waarde"},
      {{"keys", "sleutels"}, "onbekend argument: sleutels"},
      {{"token", "--key", key, "--key", key}, "--key staat er tweemaal"},
      {{"token", "--key", "--subject", "x"}, "--key mist een waarde"},
      {{"token", "--key", key, "--subject", "x"}, "--owner ontbreekt"},
      {{"token", "--key", key, "--subject", "x", "--owner", "Zutphen=controller"}, "geen eigenaar: Zutphen"},
      {{"token", "--key", key, "--subject", "x", "--owner", "GM0677=baas"}, "onbekende rol \"baas\""},
      {{"token", "--key", key, "--subject", "x", "--owner", "GM0677"}, "onbekende rol \"\""},
      {{"token", "--key", key, "--subject", "x", "--owner", "NL=operator", "--lifetime", "16m"}, "--lifetime"},
      {{"token", "--key", key, "--subject", "x", "--owner", "NL=operator", "--lifetime", "0s"}, "--lifetime"},
      {{"token", "--key", key, "--subject", "x", "--owner", "NL=operator", "--lifetime", "lang"}, "--lifetime"},
  };
  for (const auto& [arguments, message] : cases) {
    EXPECT_EQ(Run(arguments), kExitUsage) << message;
    EXPECT_THAT(err_.str(), HasSubstr(message));
    EXPECT_EQ(out_.str(), "") << message;
  }
}

TEST_F(DevToolTest, AMissingKeyIsAFailure) {
  EXPECT_EQ(Run({"token", "--key", directory_ + "/geen.pem", "--subject", "x", "--owner", "NL=operator"}),
            kExitFailure);
  EXPECT_THAT(err_.str(), HasSubstr("de sleutel is niet te gebruiken"));
  EXPECT_THAT(err_.str(), HasSubstr("geen.pem"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(DevToolTest, HelpSpeaksTwoLanguagesAndNamesEveryRole) {
  EXPECT_EQ(Run({"--help"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("Voorbeeld:"));
  EXPECT_EQ(Run({"token", "--help"}, "en_GB.UTF-8"), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("Example:"));
  for (const std::string& role : auth::RoleNames()) EXPECT_THAT(out_.str(), HasSubstr(role));
  EXPECT_EQ(Run({}, "en_GB.UTF-8"), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("Usage:"));
}

}  // namespace
}  // namespace regiokompas::cli
