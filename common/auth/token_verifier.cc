#include "common/auth/token_verifier.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "regiokompas/internal/v1/claims.pb.h"

namespace regiokompas::auth {
namespace {

using internal::v1::JsonWebKeySet;
using internal::v1::TokenClaims;
using internal::v1::TokenHeader;

constexpr int64_t kMaxKeyFileBytes = 1 << 20;
constexpr size_t kMaxSubjectBytes = 255;        // of OpenID Connect
constexpr double kMaxSeconds = 253402300799.0;  // the end of the year 9999

// `why` is the name of a header field, a claim or a part, so that it reads the same in every language.
absl::Status Invalid(absl::string_view why) { return errors::Make(errors::kTokenInvalid, {{"why", std::string(why)}}); }

bool ParseJson(const std::string& text, google::protobuf::Message* message) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(text, message, options).ok();
}

bool HoldsAudience(const google::protobuf::Value& claim, const std::string& audience) {
  if (claim.has_string_value()) return claim.string_value() == audience;
  const auto& items = claim.list_value().values();
  return std::any_of(items.begin(), items.end(),
                     [&](const auto& item) { return item.has_string_value() && item.string_value() == audience; });
}

bool IsSubject(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxSubjectBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsInstant(double seconds) { return std::isfinite(seconds) && seconds > 0 && seconds <= kMaxSeconds; }

absl::Time ToTime(double seconds) { return absl::UnixEpoch() + absl::Seconds(seconds); }

absl::Status CheckTimes(const TokenClaims& claims, absl::Duration max_lifetime, absl::Time now) {
  if (!IsInstant(claims.exp())) return Invalid("exp");
  if (!IsInstant(claims.iat())) return Invalid("iat");
  if (claims.nbf() != 0 && !IsInstant(claims.nbf())) return Invalid("nbf");
  const absl::Time expire_time = ToTime(claims.exp());
  const absl::Time issue_time = ToTime(claims.iat());
  if (expire_time <= now) {
    return errors::Make(errors::kTokenExpired,
                        {{"expire_time", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", expire_time, absl::UTCTimeZone())}});
  }
  if (issue_time > now + kClockLeeway) return Invalid("iat");
  if (claims.nbf() != 0 && ToTime(claims.nbf()) > now + kClockLeeway) return Invalid("nbf");
  if (expire_time <= issue_time || expire_time - issue_time > max_lifetime) return Invalid("exp - iat");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenVerifier>> TokenVerifier::Create(const internal::v1::Config& config,
                                                                     const Clock& clock, KeyErrorHandler on_key_error) {
  std::vector<Issuer> issuers;
  for (const auto& issuer : config.issuer()) {
    const std::string label = absl::StrCat("issuer \"", absl::CEscape(issuer.name()), "\"");
    if (issuer.name().empty() || issuer.jwks_file().empty() || issuer.audience().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(label, " needs a name, a jwks_file and an audience"));
    }
    if (issuer.development() && !absl::StartsWith(config.listen(), "unix:")) {
      return absl::InvalidArgumentError(
          absl::StrCat(label, " is for development, which is refused because the server listens on \"",
                       absl::CEscape(config.listen()), "\" and not on a unix: address"));
    }
    if (std::any_of(issuers.begin(), issuers.end(), [&](const Issuer& other) { return other.name == issuer.name(); })) {
      return absl::InvalidArgumentError(absl::StrCat(label, " is configured twice"));
    }
    issuers.push_back({issuer.name(), issuer.audience(), issuer.jwks_file(), issuer.services()});
  }
  std::unique_ptr<TokenVerifier> verifier(new TokenVerifier(std::move(issuers), clock, std::move(on_key_error)));
  absl::MutexLock lock(&verifier->mutex_);
  ASSIGN_OR_RETURN(verifier->versions_, verifier->StatKeyFiles());
  ASSIGN_OR_RETURN(verifier->keys_, verifier->ReadKeys());
  verifier->last_key_check_ = clock.Now();
  return verifier;
}

TokenVerifier::TokenVerifier(std::vector<Issuer> issuers, const Clock& clock, KeyErrorHandler on_key_error)
    : issuers_(std::move(issuers)), clock_(clock), on_key_error_(std::move(on_key_error)) {}

absl::StatusOr<std::vector<TokenVerifier::FileVersion>> TokenVerifier::StatKeyFiles() const {
  std::vector<FileVersion> versions;
  for (const Issuer& issuer : issuers_) {
    struct stat info {};
    if (::stat(issuer.jwks_file.c_str(), &info) != 0) {
      return absl::NotFoundError(
          absl::StrCat("cannot read the keys in ", issuer.jwks_file, ": ", std::strerror(errno)));
    }
    versions.push_back({info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_size, info.st_ino});
  }
  return versions;
}

absl::StatusOr<std::shared_ptr<const TokenVerifier::Keys>> TokenVerifier::ReadKeys() const {
  auto keys = std::make_shared<Keys>();
  for (const Issuer& issuer : issuers_) {
    std::ifstream file(issuer.jwks_file, std::ios::binary);
    std::string text;
    for (char block[4096]; static_cast<int64_t>(text.size()) <= kMaxKeyFileBytes;) {
      file.read(block, sizeof(block));
      text.append(block, static_cast<size_t>(file.gcount()));
      if (!file) break;
    }
    if (file.bad() || text.empty()) {
      return absl::NotFoundError(absl::StrCat("cannot read the keys in ", issuer.jwks_file));
    }
    JsonWebKeySet set;
    if (static_cast<int64_t>(text.size()) > kMaxKeyFileBytes || !ParseJson(text, &set)) {
      return absl::InvalidArgumentError(absl::StrCat(issuer.jwks_file, " is not a JSON Web Key Set"));
    }
    const size_t before = keys->size();
    for (const auto& jwk : set.keys()) {
      absl::StatusOr<PublicKey> key = PublicKey::FromJwk(jwk);
      if (absl::IsUnimplemented(key.status())) continue;
      if (!key.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(issuer.jwks_file, ": ", key.status().message()));
      }
      if (jwk.kid().empty()) return absl::InvalidArgumentError(absl::StrCat(issuer.jwks_file, ": a key has no kid"));
      keys->push_back({jwk.kid(), &issuer, *std::move(key)});
    }
    if (keys->size() == before) {
      return absl::InvalidArgumentError(absl::StrCat(issuer.jwks_file, " holds no RSA or P-256 key"));
    }
  }
  return keys;
}

void TokenVerifier::ReloadKeysIfChanged(absl::Time now) const {
  // A clock that was set back must not put the next check far away.
  if (now >= last_key_check_ && now < last_key_check_ + kKeyCheckInterval) return;
  last_key_check_ = now;
  // Looked at before reading: a file that changes in between is read once more at the next check.
  absl::StatusOr<std::vector<FileVersion>> versions = StatKeyFiles();
  if (versions.ok() && *versions == versions_) return;
  absl::StatusOr<std::shared_ptr<const Keys>> keys = versions.ok() ? ReadKeys() : versions.status();
  if (!keys.ok()) {
    if (on_key_error_) on_key_error_(keys.status());
    return;
  }
  versions_ = *std::move(versions);
  keys_ = *std::move(keys);
  // A key that was withdrawn must not live on in what it signed.
  verified_.clear();
}

absl::StatusOr<Principal> TokenVerifier::Verify(absl::string_view token) const {
  if (token.empty()) return errors::Make(errors::kTokenMissing);
  if (token.size() > kMaxTokenBytes) return Invalid("size");
  const absl::Time now = clock_.Now();
  std::string digest = Sha256(token);
  std::shared_ptr<const Keys> keys;
  {
    absl::MutexLock lock(&mutex_);
    ReloadKeysIfChanged(now);
    const auto found = verified_.find(digest);
    if (found != verified_.end() && now < found->second.expire_time) return found->second;
    keys = keys_;
  }
  ASSIGN_OR_RETURN(Principal principal, VerifyWith(*keys, token, now));
  absl::MutexLock lock(&mutex_);
  if (keys == keys_) Remember(std::move(digest), principal, now);
  return principal;
}

void TokenVerifier::Remember(std::string digest, const Principal& principal, absl::Time now) const {
  if (verified_.size() >= kMaxCachedTokens) {
    absl::erase_if(verified_, [now](const auto& entry) { return entry.second.expire_time <= now; });
  }
  if (verified_.size() >= kMaxCachedTokens) verified_.erase(verified_.begin());
  verified_.insert_or_assign(std::move(digest), principal);
}

absl::StatusOr<Principal> TokenVerifier::VerifyWith(const Keys& keys, absl::string_view token, absl::Time now) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return Invalid("format");
  const auto header_text = DecodeBase64Url(parts[0]);
  const auto signature = DecodeBase64Url(parts[2]);
  TokenHeader header;
  google::protobuf::Struct all_header_fields;
  if (!header_text || !signature || !ParseJson(*header_text, &header) || !ParseJson(*header_text, &all_header_fields)) {
    return Invalid("format");
  }
  // `crit` lists extensions that a verifier must understand (RFC 7515, 4.1.11); we know none.
  if (all_header_fields.fields().contains("crit")) return Invalid("crit");
  if (!absl::EqualsIgnoreCase(header.typ(), "JWT") && !absl::EqualsIgnoreCase(header.typ(), "at+jwt")) {
    return Invalid("typ");
  }

  const absl::string_view signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  const Issuer* issuer = nullptr;
  absl::string_view why = "kid";
  // Two issuers may use the same kid, so a key that does not fit is not the end.
  for (const Key& key : keys) {
    if (key.kid != header.kid()) continue;
    if (key.key.algorithm() != header.alg()) {
      why = "alg";
      continue;
    }
    why = "signature";
    if (key.key.Verify(signed_text, *signature)) {
      issuer = key.issuer;
      break;
    }
  }
  if (issuer == nullptr) return Invalid(why);

  const auto claims_text = DecodeBase64Url(parts[1]);
  TokenClaims claims;
  if (!claims_text || !ParseJson(*claims_text, &claims)) return Invalid("claims");
  if (claims.iss() != issuer->name) return Invalid("iss");
  if (!HoldsAudience(claims.aud(), issuer->audience)) return Invalid("aud");
  RETURN_IF_ERROR(CheckTimes(claims, issuer->services ? kMaxServiceTokenLifetime : kMaxTokenLifetime, now));
  if (!IsSubject(claims.sub())) return Invalid("sub");
  if (issuer->services && !IsSubject(claims.act().sub())) return Invalid("act");

  Principal principal;
  principal.issuer = claims.iss();
  principal.subject = claims.sub();
  principal.service = issuer->services;
  if (principal.service) principal.actor = claims.act().sub();
  principal.expire_time = ToTime(claims.exp());
  for (const auto& owner : claims.owners()) {
    if (!IsOwnerId(owner.id())) return Invalid("owners");
    principal.owners.push_back({owner.id(), {owner.roles().begin(), owner.roles().end()}});
  }
  return principal;
}

}  // namespace regiokompas::auth
