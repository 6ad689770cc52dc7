#include "common/auth/token_signer.h"

extern "C" {
#include <cjose/cjose.h>
}
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace regiokompas::auth {
namespace {

using testing::HasSubstr;

internal::v1::TokenClaims Claims() {
  internal::v1::TokenClaims claims;
  claims.set_iss("dev");
  claims.mutable_aud()->set_string_value("regiokompas");
  claims.set_sub("jansen");
  claims.set_iat(1768435200);
  claims.set_exp(1768436100);
  auto* owner = claims.add_owners();
  owner->set_id("GM0677");
  owner->add_roles("policy_officer");
  return claims;
}

// The payload that cjose finds under a good signature of the only key in `jwks`, or "" when it does not verify.
std::string CheckWithCjose(const std::string& jwks, const std::string& token) {
  // cjose reads one key, not a set.
  absl::string_view key_text = absl::StripSuffix(absl::StripPrefix(jwks, "{\"keys\":["), "]}\n");
  cjose_err error{};
  const std::unique_ptr<cjose_jwk_t, bool (*)(cjose_jwk_t*)> key(
      cjose_jwk_import(key_text.data(), key_text.size(), &error), cjose_jwk_release);
  const std::unique_ptr<cjose_jws_t, void (*)(cjose_jws_t*)> jws(cjose_jws_import(token.data(), token.size(), &error),
                                                                 cjose_jws_release);
  uint8_t* payload = nullptr;
  size_t size = 0;
  if (!key || !jws || !cjose_jws_verify(jws.get(), key.get(), &error) ||
      !cjose_jws_get_plaintext(jws.get(), &payload, &size, &error)) {
    return "";
  }
  return {reinterpret_cast<char*>(payload), size};
}

class TokenSignerTest : public testing::Test {
 protected:
  TokenSignerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "regiokompas-signer-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~TokenSignerTest() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
};

TEST_F(TokenSignerTest, AnotherImplementationAcceptsTheToken) {
  const auto signer = TokenSigner::Generate();
  ASSERT_TRUE(signer.ok()) << signer.status();
  const auto token = signer->Sign(Claims());
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(CheckWithCjose(signer->Jwks(), *token),
            R"({"iss":"dev","aud":"regiokompas","sub":"jansen","exp":1768436100,"iat":1768435200,)"
            R"("owners":[{"id":"GM0677","roles":["policy_officer"]}]})");

  const auto other = TokenSigner::Generate();
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(CheckWithCjose(other->Jwks(), *token), "");
}

TEST_F(TokenSignerTest, AKeySurvivesItsFile) {
  const auto signer = TokenSigner::Generate();
  ASSERT_TRUE(signer.ok()) << signer.status();
  const std::string file = directory_ + "/key.pem";
  ASSERT_TRUE(signer->Save(file).ok());
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_TRUE(absl::IsAlreadyExists(signer->Save(file)));

  const auto loaded = TokenSigner::Load(file);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->Jwks(), signer->Jwks());
  EXPECT_EQ(loaded->kid(), signer->kid());
  const auto token = loaded->Sign(Claims());
  ASSERT_TRUE(token.ok());
  EXPECT_NE(CheckWithCjose(signer->Jwks(), *token), "");
}

TEST_F(TokenSignerTest, KeysThatCannotBeUsedAreNamed) {
  EXPECT_THAT(std::string(TokenSigner::Load(directory_ + "/none.pem").status().message()), HasSubstr("none.pem"));
  std::ofstream(directory_ + "/text.pem") << "not a key";
  EXPECT_THAT(std::string(TokenSigner::Load(directory_ + "/text.pem").status().message()), HasSubstr("text.pem"));
  const auto signer = TokenSigner::Generate();
  ASSERT_TRUE(signer.ok());
  EXPECT_FALSE(signer->WriteJwks(directory_ + "/no/such/folder/jwks.json").ok());
}

TEST_F(TokenSignerTest, WritingTheSetLeavesNothingElseBehind) {
  const auto signer = TokenSigner::Generate();
  ASSERT_TRUE(signer.ok());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(signer->WriteJwks(directory_ + "/jwks.json").ok());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::ElementsAre("jwks.json"));
}

}  // namespace
}  // namespace regiokompas::auth
