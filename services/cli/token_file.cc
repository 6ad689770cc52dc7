#include "services/cli/token_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"
#include "regiokompas/internal/v1/claims.pb.h"
#include "services/cli/arguments.h"

namespace regiokompas::cli {
namespace {

std::vector<std::string> OwnersIn(const std::string& token) {
  std::vector<std::string> owners;
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string json;
  internal::v1::TokenClaims claims;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  if (parts.size() == 3 && absl::WebSafeBase64Unescape(parts[1], &json) &&
      google::protobuf::util::JsonStringToMessage(json, &claims, options).ok()) {
    for (const auto& owner : claims.owners()) owners.push_back(owner.id());
  }
  return owners;
}

absl::StatusOr<std::string> Read(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return absl::FailedPreconditionError(
        absl::StrCat(InLanguage("kan het tokenbestand niet lezen: ", "cannot read the token file: "), path, ": ",
                     std::strerror(errno)));
  }
  std::stringstream text;
  text << file.rdbuf();
  return std::string(absl::StripAsciiWhitespace(text.str()));
}

// Not a pipe, which opening would wait for, nor what is named by an open descriptor, such as /dev/stdin.
bool MayBeReadAgain(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && path != "/dev/stdin" && !absl::StartsWith(path, "/dev/fd/") &&
         !absl::StartsWith(path, "/proc/");
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenFile>> TokenFile::Open(const std::string& path, std::function<void()> pause) {
  ASSIGN_OR_RETURN(std::string token, Read(path));
  std::vector<std::string> owners = OwnersIn(token);
  if (owners.empty()) {
    return errors::Make(errors::kTokenInvalid, {{"why", InLanguage("het noemt geen eigenaar", "it names no owner")}});
  }
  return std::unique_ptr<TokenFile>(new TokenFile(path, std::move(pause), std::move(token), std::move(owners)));
}

TokenFile::TokenFile(std::string path, std::function<void()> pause, std::string token, std::vector<std::string> owners)
    : path_(std::move(path)),
      pause_(std::move(pause)),
      owners_(std::move(owners)),
      may_change_(MayBeReadAgain(path_)),
      token_(std::move(token)) {}

void TokenFile::Pause() { absl::SleepFor(absl::Milliseconds(20)); }

std::string TokenFile::Current() {
  absl::MutexLock lock(&mutex_);
  if (!may_change_ || !MayBeReadAgain(path_)) return token_;
  absl::StatusOr<std::string> token = Read(path_);
  if (!token.ok() || *token == token_ || OwnersIn(*token).empty()) return token_;
  // One that is being written in place may lack the end of its signature, which nobody can tell but a service.
  pause_();
  const absl::StatusOr<std::string> again = Read(path_);
  if (again.ok() && *again == *token) token_ = *std::move(token);
  return token_;
}

}  // namespace regiokompas::cli
