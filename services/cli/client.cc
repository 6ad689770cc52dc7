#include "services/cli/client.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/rpc/client.h"
#include "google/protobuf/util/json_util.h"
#include "regiokompas/internal/v1/claims.pb.h"

namespace regiokompas::cli {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(60);

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

}  // namespace

absl::StatusOr<rpc::TlsKeys> ReadKeys(const Arguments& arguments) {
  return rpc::ReadTlsKeys(
      {arguments.Value("ca-file"), arguments.Value("certificate-file"), arguments.Value("key-file")});
}

absl::StatusOr<Client> Client::Connect(const Arguments& arguments) {
  for (const char* name : {"address", "token-file"}) {
    if (!arguments.Flag(name)) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, InLanguage(" ontbreekt", " is missing")));
    }
  }
  std::ifstream file(arguments.Value("token-file"));
  if (!file) {
    return absl::FailedPreconditionError(
        absl::StrCat(InLanguage("kan het tokenbestand niet lezen: ", "cannot read the token file: "),
                     arguments.Value("token-file"), ": ", std::strerror(errno)));
  }
  std::stringstream text;
  text << file.rdbuf();
  Client client;
  client.token_ = std::string(absl::StripAsciiWhitespace(text.str()));
  client.owners_ = OwnersIn(client.token_);
  if (client.owners_.empty()) {
    return errors::Make(errors::kTokenInvalid, {{"why", InLanguage("het noemt geen eigenaar", "it names no owner")}});
  }
  ASSIGN_OR_RETURN(const rpc::TlsKeys keys, ReadKeys(arguments));
  client.channel_ = rpc::Connect(arguments.Value("address"), keys);
  return client;
}

void Client::Begin(grpc::ClientContext& context) const { rpc::Begin(token_, kTimeout, WantsEnglish(), context); }

absl::StatusOr<std::string> NameInCollection(const Arguments& arguments, const Client& client,
                                             const std::string& collection) {
  if (arguments.positional().empty()) return "";
  const std::string& word = arguments.positional().front();
  if (absl::StartsWith(word, "owners/")) return word;
  const std::string rest = absl::StrCat("/", collection, "/", word);
  if (client.owners().size() == 1) return absl::StrCat("owners/", client.owners().front(), rest);
  return WrongWord(absl::StrCat("noem ook de eigenaar: owners/…", rest),
                   absl::StrCat("name the owner too: owners/…", rest));
}

}  // namespace regiokompas::cli
