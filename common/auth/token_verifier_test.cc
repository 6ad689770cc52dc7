#include "common/auth/token_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "common/auth/token_signer.h"
#include "common/base/errors.h"
#include "common/base/hash.h"

namespace regiokompas::auth {
namespace {

using internal::v1::Config;
using internal::v1::TokenClaims;
using testing::HasSubstr;

constexpr int64_t kNow = 1768467600;  // 2026-01-15T09:00:00Z

std::string Base64(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

// A token made by hand, for what the signer does not make.
std::string Unsigned(const std::string& header, const std::string& payload) {
  return absl::StrCat(Base64(header), ".", Base64(payload));
}

std::string Payload(absl::string_view changes = "") {
  return absl::StrCat(R"({"iss":"dev","aud":"regiokompas","sub":"jansen","iat":)", kNow, R"(,"exp":)", kNow + 900,
                      R"(,"owners":[{"id":"GM0677","roles":["controller"]}])", changes, "}");
}

struct RsaKeyPair {
  explicit RsaKeyPair(int bits) : key(EVP_RSA_gen(static_cast<unsigned int>(bits))) {}

  std::string Number(const char* name) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &number);
    std::string bytes(BN_num_bytes(number), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return Base64(bytes);
  }
  std::string Jwk(const std::string& kid) const {
    return absl::StrCat(R"({"kty":"RSA","kid":")", kid, R"(","n":")", Number(OSSL_PKEY_PARAM_RSA_N), R"(","e":")",
                        Number(OSSL_PKEY_PARAM_RSA_E), "\"}");
  }
  std::string Sign(const std::string& text) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    size_t size = static_cast<size_t>(EVP_PKEY_get_size(key.get()));
    std::string signature(size, '\0');
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    return absl::StrCat(text, ".", Base64(signature));
  }

  EvpPkey key;
};

class TokenVerifierTest : public testing::Test {
 protected:
  TokenVerifierTest() : signer_(*TokenSigner::Generate()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "regiokompas-verifier-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    EXPECT_TRUE(signer_.WriteJwks(JwksFile()).ok());
    config_.set_listen("unix:/run/regiokompas");
    AddIssuer("dev", JwksFile());
  }
  ~TokenVerifierTest() override { std::filesystem::remove_all(directory_); }

  std::string JwksFile(const std::string& name = "jwks.json") const { return directory_ + "/" + name; }

  void WriteFile(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::trunc) << text; }

  void AddIssuer(const std::string& name, const std::string& jwks_file) {
    auto* issuer = config_.add_issuer();
    issuer->set_name(name);
    issuer->set_audience("regiokompas");
    issuer->set_jwks_file(jwks_file);
  }

  std::unique_ptr<TokenVerifier> Create() {
    auto verifier = TokenVerifier::Create(config_, clock_, [this](const absl::Status& status) {
      ++key_errors_;
      last_key_error_ = std::string(status.message());
    });
    EXPECT_TRUE(verifier.ok()) << verifier.status();
    return verifier.ok() ? *std::move(verifier) : nullptr;
  }

  static TokenClaims Claims() {
    TokenClaims claims;
    claims.set_iss("dev");
    claims.mutable_aud()->set_string_value("regiokompas");
    claims.set_sub("jansen");
    claims.set_iat(kNow);
    claims.set_exp(kNow + 900);
    auto* owner = claims.add_owners();
    owner->set_id("GM0677");
    owner->add_roles("policy_officer");
    owner->add_roles("rol-van-later");
    return claims;
  }

  std::string Sign(const TokenClaims& claims) { return *signer_.Sign(claims); }

  // "OK", the reason of the error, or for an invalid token what is wrong with it.
  static std::string Outcome(const TokenVerifier& verifier, const std::string& token) {
    const auto principal = verifier.Verify(token);
    if (principal.ok()) return "OK";
    EXPECT_TRUE(absl::IsUnauthenticated(principal.status()));
    if (errors::ReasonOf(principal.status()) != "TOKEN_INVALID") return errors::ReasonOf(principal.status());
    return std::string(absl::StripPrefix(principal.status().message(), "The token is not valid: "));
  }
  std::string OutcomeOf(const TokenClaims& claims) { return Outcome(*Create(), Sign(claims)); }

  FixedClock clock_{absl::FromCivil(absl::CivilHour(2026, 1, 15, 9), absl::UTCTimeZone())};
  std::string directory_;
  Config config_;
  TokenSigner signer_;
  int key_errors_ = 0;
  std::string last_key_error_;
};

TEST_F(TokenVerifierTest, AGoodTokenGivesItsBearer) {
  const auto principal = Create()->Verify(Sign(Claims()));
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(principal->Id(), "dev:jansen");
  EXPECT_EQ(principal->expire_time, absl::FromUnixSeconds(kNow + 900));
  ASSERT_EQ(principal->owners.size(), 1u);
  EXPECT_EQ(principal->owners[0].owner, "GM0677");
  EXPECT_THAT(principal->owners[0].roles, testing::ElementsAre("policy_officer", "rol-van-later"));
}

TEST_F(TokenVerifierTest, NoTokenIsSaidApart) { EXPECT_EQ(Outcome(*Create(), ""), "TOKEN_MISSING"); }

TEST_F(TokenVerifierTest, ExpiryIsToTheSecondAndTold) {
  const auto verifier = Create();
  const std::string token = Sign(Claims());
  clock_.Set(absl::FromUnixSeconds(kNow + 900) - absl::Microseconds(1));
  EXPECT_EQ(Outcome(*verifier, token), "OK");
  clock_.Set(absl::FromUnixSeconds(kNow + 900));
  // The first of the two was remembered as good just before.
  for (const auto& status : {verifier->Verify(token).status(), Create()->Verify(token).status()}) {
    EXPECT_EQ(errors::ReasonOf(status), "TOKEN_EXPIRED");
    EXPECT_THAT(std::string(status.message()), HasSubstr("2026-01-15T09:15:00Z"));
    EXPECT_THAT(errors::DutchOf(status), HasSubstr("2026-01-15T09:15:00Z"));
  }
}

TEST_F(TokenVerifierTest, IssuerAndAudienceMustBeOurs) {
  TokenClaims claims = Claims();
  claims.set_iss("elders");
  EXPECT_EQ(OutcomeOf(claims), "iss");
  claims = Claims();
  claims.mutable_aud()->set_string_value("elders");
  EXPECT_EQ(OutcomeOf(claims), "aud");
  claims.clear_aud();
  EXPECT_EQ(OutcomeOf(claims), "aud");
  claims.mutable_aud()->set_bool_value(true);
  EXPECT_EQ(OutcomeOf(claims), "aud");
  auto* list = claims.mutable_aud()->mutable_list_value();
  list->add_values()->set_string_value("elders");
  EXPECT_EQ(OutcomeOf(claims), "aud");
  list->add_values()->set_string_value("regiokompas");
  EXPECT_EQ(OutcomeOf(claims), "OK");
}

TEST_F(TokenVerifierTest, TimesAreChecked) {
  struct Case {
    double iat, exp, nbf;
    std::string outcome;
  };
  const double now = kNow;
  for (const Case& c : std::vector<Case>{{now, now + 900, 0, "OK"},
                                         {now, now + 901, 0, "exp - iat"},
                                         {now - 800, now + 100, 0, "OK"},
                                         {now - 801, now + 100, 0, "exp - iat"},
                                         {now + 60, now + 600, 0, "OK"},
                                         {now + 61, now + 600, 0, "iat"},
                                         {now + 60, now + 60, 0, "exp - iat"},
                                         {now, now + 600, now + 60, "OK"},
                                         {now, now + 600, now + 61, "nbf"},
                                         {now, now + 600, -1, "nbf"},
                                         {now, 0, 0, "exp"},
                                         {0, now + 600, 0, "iat"},
                                         {now, 1e300, 0, "exp"},
                                         {now - 900, now, 0, "TOKEN_EXPIRED"}}) {
    TokenClaims claims = Claims();
    claims.set_iat(c.iat);
    claims.set_exp(c.exp);
    claims.set_nbf(c.nbf);
    EXPECT_EQ(OutcomeOf(claims), c.outcome) << c.iat - now << " " << c.exp - now << " " << c.nbf - now;
  }
}

TEST_F(TokenVerifierTest, SubjectAndOwnersAreChecked) {
  for (const std::string& subject :
       {std::string(), std::string("a\nb"), std::string("a\0b", 3), std::string("é"), std::string(256, 'a')}) {
    TokenClaims claims = Claims();
    claims.set_sub(subject);
    EXPECT_EQ(OutcomeOf(claims), "sub") << subject.size();
  }
  for (const char* owner : {"", "GM677", "Zutphen", "GM0677 "}) {
    TokenClaims claims = Claims();
    claims.add_owners()->set_id(owner);
    EXPECT_EQ(OutcomeOf(claims), "owners") << owner;
  }
  TokenClaims claims = Claims();
  claims.clear_owners();
  EXPECT_EQ(OutcomeOf(claims), "OK");
}

TEST_F(TokenVerifierTest, TamperingIsSeen) {
  const auto verifier = Create();
  const std::string token = Sign(Claims());
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  const std::string more = Payload();
  EXPECT_EQ(Outcome(*verifier, absl::StrCat(parts[0], ".", Base64(more), ".", parts[2])), "signature");
  // A changed header that says the same.
  const std::string header = absl::StrCat(R"({"typ":"JWT","kid":")", signer_.kid(), R"(","alg":"ES256"})");
  EXPECT_EQ(Outcome(*verifier, absl::StrCat(Base64(header), ".", parts[1], ".", parts[2])), "signature");
  // One bit, at every place of the signature.
  std::string signature;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[2], &signature));
  for (size_t i = 0; i < signature.size(); ++i) {
    std::string changed = signature;
    changed[i] ^= 1;
    EXPECT_EQ(Outcome(*verifier, absl::StrCat(parts[0], ".", parts[1], ".", Base64(changed))), "signature") << i;
  }
  for (const std::string& bad :
       {std::string(), std::string(64, '\0'), signature + "x", signature.substr(1), std::string(64, '\xff')}) {
    EXPECT_EQ(Outcome(*verifier, absl::StrCat(parts[0], ".", parts[1], ".", Base64(bad))), "signature");
  }
}

TEST_F(TokenVerifierTest, TheTokenDoesNotChooseItsAlgorithm) {
  const auto verifier = Create();
  for (const char* alg : {"none", "None", "", "RS256", "ES384", "es256"}) {
    const std::string header = absl::StrCat(R"({"alg":")", alg, R"(","typ":"JWT","kid":")", signer_.kid(), "\"}");
    EXPECT_EQ(Outcome(*verifier, Unsigned(header, Payload()) + "."), "alg") << alg;
  }
  EXPECT_EQ(Outcome(*verifier, Unsigned(R"({"alg":"none","typ":"JWT"})", Payload()) + "."), "kid");

  // The public key is known to all: as a secret of HS256 it would let anybody sign.
  const std::string header = absl::StrCat(R"({"alg":"HS256","typ":"JWT","kid":")", signer_.kid(), "\"}");
  const std::string text = Unsigned(header, Payload());
  const std::string token = absl::StrCat(text, ".", Base64(HmacSha256(signer_.Jwks(), text)));
  EXPECT_EQ(Outcome(*verifier, token), "alg");
}

TEST_F(TokenVerifierTest, AnUnknownKeyIsRefused) {
  const auto other = TokenSigner::Generate();
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(Outcome(*Create(), *other->Sign(Claims())), "kid");
  // Another key under a name that we know.
  WriteFile(JwksFile(), absl::StrReplaceAll(signer_.Jwks(), {{signer_.kid(), other->kid()}}));
  EXPECT_EQ(Outcome(*Create(), *other->Sign(Claims())), "signature");
}

TEST_F(TokenVerifierTest, Rs256WorksAndItsKeyDoesNothingElse) {
  const RsaKeyPair rsa(2048);
  WriteFile(JwksFile(), absl::StrCat(R"({"keys":[)", rsa.Jwk("r1"), "]}"));
  const auto verifier = Create();
  EXPECT_EQ(Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"RS256","typ":"at+jwt","kid":"r1"})", Payload()))), "OK");
  EXPECT_EQ(Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"RS256","kid":"r1"})", Payload()))), "typ");
  EXPECT_EQ(Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"RS256","typ":"logout+jwt","kid":"r1"})", Payload()))),
            "typ");
  EXPECT_EQ(Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"ES256","typ":"JWT","kid":"r1"})", Payload()))), "alg");
  EXPECT_EQ(Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"PS256","typ":"JWT","kid":"r1"})", Payload()))), "alg");
  EXPECT_EQ(
      Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"RS256","typ":"JWT","kid":"r1","crit":["b64"]})", Payload()))),
      "crit");
  const std::string good = rsa.Sign(Unsigned(R"({"alg":"RS256","typ":"JWT","kid":"r1"})", Payload()));
  EXPECT_EQ(Outcome(*verifier, good), "OK");
  const std::vector<std::string> parts = absl::StrSplit(good, '.');
  EXPECT_EQ(Outcome(*verifier, absl::StrCat(parts[0], ".", Base64(Payload(R"(,"x":1)")), ".", parts[2])), "signature");
  // Claims that we do not know are somebody else's; wrong kinds of those that we do know are not.
  EXPECT_EQ(
      Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"RS256","typ":"JWT","kid":"r1"})", Payload(R"(,"azp":{})")))),
      "OK");
  for (const char* payload : {"", "[]", "no", R"({"owners":7})", R"({"exp":"soon"})"}) {
    EXPECT_EQ(Outcome(*verifier, rsa.Sign(Unsigned(R"({"alg":"RS256","typ":"JWT","kid":"r1"})", payload))), "claims")
        << payload;
  }
}

TEST_F(TokenVerifierTest, WhatIsNoTokenIsRefused) {
  const auto verifier = Create();
  const std::string token = Sign(Claims());
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  for (const std::string& text :
       {std::string("."), std::string(".."), std::string("a.b.c"), parts[0], token + ".", "." + token, token + "=",
        " " + token, token + "\n", parts[0] + "..", std::string("\0\0\0", 3), Base64("[]") + "..",
        Base64("{}{}") + "..", Base64(std::string(2000, '[')) + ".."}) {
    const std::string outcome = Outcome(*verifier, text);
    EXPECT_TRUE(outcome == "format" || (text == parts[0] + ".." && outcome == "signature")) << text << ": " << outcome;
  }
  EXPECT_EQ(Outcome(*verifier, std::string(kMaxTokenBytes + 1, 'a')), "size");
  EXPECT_EQ(Outcome(*verifier, std::string(kMaxTokenBytes, 'a')), "format");
}

TEST_F(TokenVerifierTest, AKeySpeaksForItsOwnIssuerOnly) {
  const auto other = TokenSigner::Generate();
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(other->WriteJwks(JwksFile("other.json")).ok());
  AddIssuer("other", JwksFile("other.json"));
  const auto verifier = Create();
  TokenClaims claims = Claims();
  EXPECT_EQ(Outcome(*verifier, *other->Sign(claims)), "iss");
  EXPECT_EQ(Outcome(*verifier, Sign(claims)), "OK");
  claims.set_iss("other");
  EXPECT_EQ(Outcome(*verifier, *other->Sign(claims)), "OK");
  EXPECT_EQ(Outcome(*verifier, Sign(claims)), "iss");
}

TEST_F(TokenVerifierTest, TwoIssuersMayUseTheSameKid) {
  const RsaKeyPair first(2048);
  const RsaKeyPair second(2048);
  WriteFile(JwksFile(), absl::StrCat(R"({"keys":[)", first.Jwk("1"), "]}"));
  WriteFile(JwksFile("second.json"), absl::StrCat(R"({"keys":[)", second.Jwk("1"), "]}"));
  AddIssuer("second", JwksFile("second.json"));
  const auto verifier = Create();
  const std::string header = R"({"alg":"RS256","typ":"JWT","kid":"1"})";
  const std::string of_second = absl::StrReplaceAll(Payload(), {{R"("iss":"dev")", R"("iss":"second")"}});
  EXPECT_EQ(Outcome(*verifier, first.Sign(Unsigned(header, Payload()))), "OK");
  EXPECT_EQ(Outcome(*verifier, second.Sign(Unsigned(header, of_second))), "OK");
  EXPECT_EQ(Outcome(*verifier, second.Sign(Unsigned(header, Payload()))), "iss");
}

TEST_F(TokenVerifierTest, KeysAreReadAgainWhenTheirFileChanges) {
  const auto verifier = Create();
  const std::string old_token = Sign(Claims());
  EXPECT_EQ(Outcome(*verifier, old_token), "OK");
  const auto fresh = TokenSigner::Generate();
  ASSERT_TRUE(fresh.ok());
  const std::string new_token = *fresh->Sign(Claims());
  ASSERT_TRUE(fresh->WriteJwks(JwksFile()).ok());

  clock_.Set(clock_.Now() + absl::Seconds(9));
  EXPECT_EQ(Outcome(*verifier, new_token), "kid");
  EXPECT_EQ(Outcome(*verifier, old_token), "OK");
  clock_.Set(clock_.Now() + absl::Seconds(1));
  EXPECT_EQ(Outcome(*verifier, new_token), "OK");
  // Was remembered as good, but its key has been withdrawn.
  EXPECT_EQ(Outcome(*verifier, old_token), "kid");
  EXPECT_EQ(key_errors_, 0);
}

TEST_F(TokenVerifierTest, AClockSetBackDoesNotDelayNewKeys) {
  const auto verifier = Create();
  const auto fresh = TokenSigner::Generate();
  ASSERT_TRUE(fresh.ok());
  ASSERT_TRUE(fresh->WriteJwks(JwksFile()).ok());
  clock_.Set(clock_.Now() - absl::Seconds(30));
  EXPECT_EQ(Outcome(*verifier, *fresh->Sign(Claims())), "OK");
}

TEST_F(TokenVerifierTest, ABrokenKeyFileKeepsTheOldKeysAndIsReported) {
  const auto verifier = Create();
  WriteFile(JwksFile(), "{");
  clock_.Set(clock_.Now() + absl::Seconds(10));
  TokenClaims claims = Claims();
  EXPECT_EQ(Outcome(*verifier, Sign(claims)), "OK");
  EXPECT_EQ(Outcome(*verifier, Sign(claims)), "OK");
  EXPECT_EQ(key_errors_, 1);
  EXPECT_THAT(last_key_error_, HasSubstr(JwksFile()));
  std::filesystem::remove(JwksFile());
  clock_.Set(clock_.Now() + absl::Seconds(10));
  EXPECT_EQ(Outcome(*verifier, Sign(claims)), "OK");
  EXPECT_EQ(key_errors_, 2);

  const auto fresh = TokenSigner::Generate();
  ASSERT_TRUE(fresh.ok());
  ASSERT_TRUE(fresh->WriteJwks(JwksFile()).ok());
  clock_.Set(clock_.Now() + absl::Seconds(10));
  EXPECT_EQ(Outcome(*verifier, *fresh->Sign(claims)), "OK");
  EXPECT_EQ(Outcome(*verifier, Sign(claims)), "kid");
  EXPECT_EQ(key_errors_, 2);
}

TEST_F(TokenVerifierTest, KeysOfOtherKindsArePassedOver) {
  const std::string own = std::string(absl::StripSuffix(absl::StripPrefix(signer_.Jwks(), "{\"keys\":["), "]}\n"));
  WriteFile(JwksFile(), absl::StrCat(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"o","x":"AA"},)",
                                     R"({"kty":"EC","crv":"P-384","kid":"p","x":"AA","y":"AA"},)", own, "]}"));
  EXPECT_EQ(Outcome(*Create(), Sign(Claims())), "OK");
}

TEST_F(TokenVerifierTest, UnusableKeyFilesStopTheStart) {
  const RsaKeyPair small(1024);
  const RsaKeyPair good(2048);
  const std::string no_kid = absl::StrReplaceAll(good.Jwk("x"), {{R"("kid":"x",)", ""}});
  const std::string exponent_one = absl::StrReplaceAll(good.Jwk("x"), {{"\"AQAB\"", "\"AQ\""}});
  const std::string off_curve =
      absl::StrCat(R"({"kty":"EC","crv":"P-256","kid":"x","x":")", Base64(std::string(32, '\1')), R"(","y":")",
                   Base64(std::string(32, '\1')), "\"}");
  ASSERT_NE(exponent_one, good.Jwk("x"));
  for (const std::string& keys : {std::string(), small.Jwk("x"), no_kid, exponent_one, off_curve,
                                  std::string(R"({"kty":"RSA","kid":"x","n":"!","e":"AQAB"})"),
                                  std::string(R"({"kty":"EC","crv":"P-256","kid":"x","x":"AA","y":"AA"})"),
                                  std::string(R"({"kty":"oct","kid":"x","k":"AA"})")}) {
    WriteFile(JwksFile(), absl::StrCat(R"({"keys":[)", keys, "]}"));
    const auto verifier = TokenVerifier::Create(config_, clock_);
    EXPECT_FALSE(verifier.ok()) << keys;
    EXPECT_THAT(std::string(verifier.status().message()), HasSubstr(JwksFile())) << keys;
  }
  for (const std::string& text : {std::string(), std::string("no JSON"), std::string((1 << 20) + 1, ' ')}) {
    WriteFile(JwksFile(), text);
    EXPECT_FALSE(TokenVerifier::Create(config_, clock_).ok());
  }
  std::filesystem::remove(JwksFile());
  EXPECT_TRUE(absl::IsNotFound(TokenVerifier::Create(config_, clock_).status()));
  std::filesystem::create_directory(JwksFile());
  EXPECT_FALSE(TokenVerifier::Create(config_, clock_).ok());
}

TEST_F(TokenVerifierTest, DevelopmentKeysStayOffTheNetwork) {
  config_.mutable_issuer(0)->set_development(true);
  EXPECT_TRUE(TokenVerifier::Create(config_, clock_).ok());
  for (const char* listen : {"127.0.0.1:8443", "0.0.0.0:8443", "", "dns:///unix:/x"}) {
    config_.set_listen(listen);
    const auto verifier = TokenVerifier::Create(config_, clock_);
    EXPECT_TRUE(absl::IsInvalidArgument(verifier.status())) << listen;
    EXPECT_THAT(std::string(verifier.status().message()), HasSubstr("\"dev\" is for development"));
  }
  config_.mutable_issuer(0)->set_development(false);
  config_.set_listen("0.0.0.0:8443");
  EXPECT_TRUE(TokenVerifier::Create(config_, clock_).ok());
}

TEST_F(TokenVerifierTest, IncompleteIssuersStopTheStart) {
  const Config good = config_;
  config_.mutable_issuer(0)->clear_audience();
  EXPECT_FALSE(TokenVerifier::Create(config_, clock_).ok());
  config_ = good;
  config_.mutable_issuer(0)->clear_name();
  EXPECT_FALSE(TokenVerifier::Create(config_, clock_).ok());
  config_ = good;
  config_.mutable_issuer(0)->clear_jwks_file();
  EXPECT_FALSE(TokenVerifier::Create(config_, clock_).ok());
  config_ = good;
  AddIssuer("dev", JwksFile());
  EXPECT_FALSE(TokenVerifier::Create(config_, clock_).ok());
}

TEST_F(TokenVerifierTest, WithoutIssuersNobodyGetsIn) {
  config_.clear_issuer();
  EXPECT_EQ(Outcome(*Create(), Sign(Claims())), "kid");
}

TEST_F(TokenVerifierTest, ManyTokensInManyThreads) {
  // More tokens than are remembered, so that some are pushed out while others ask for them.
  const auto verifier = Create();
  std::vector<std::string> tokens;
  for (size_t i = 0; i < kMaxCachedTokens + 200; ++i) {
    TokenClaims claims = Claims();
    claims.set_sub(absl::StrCat("s", i));
    tokens.push_back(Sign(claims));
  }
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < tokens.size(); ++i) {
        const size_t at = t % 2 == 0 ? i : tokens.size() - 1 - i;
        const auto principal = verifier->Verify(tokens[at]);
        if (!principal.ok() || principal->subject != absl::StrCat("s", at)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Outcome(*verifier, tokens.front()), "OK");
  EXPECT_EQ(Outcome(*verifier, tokens.back()), "OK");
}

// A service signs for itself, for a minute at most, and always says which one it is.
TEST_F(TokenVerifierTest, TokensOfServices) {
  config_.mutable_issuer(0)->set_services(true);
  TokenClaims claims = Claims();
  claims.mutable_act()->set_sub("catalogue");
  EXPECT_EQ(OutcomeOf(claims), "exp - iat");
  claims.set_exp(kNow + 60);
  const auto principal = Create()->Verify(Sign(claims));
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_TRUE(principal->service);
  EXPECT_EQ(principal->actor, "catalogue");
  claims.clear_act();
  EXPECT_EQ(OutcomeOf(claims), "act");
}

TEST_F(TokenVerifierTest, AnActorInAnotherTokenMakesNoService) {
  TokenClaims claims = Claims();
  claims.mutable_act()->set_sub("catalogue");
  const auto principal = Create()->Verify(Sign(claims));
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_FALSE(principal->service);
  EXPECT_EQ(principal->actor, "");
}

}  // namespace
}  // namespace regiokompas::auth
