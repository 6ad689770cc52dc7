#include "services/cli/client.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/client.h"

namespace regiokompas::cli {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(60);

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
  Client client;
  ASSIGN_OR_RETURN(client.token_, TokenFile::Open(arguments.Value("token-file")));
  client.owners_ = client.token_->owners();
  ASSIGN_OR_RETURN(const rpc::TlsKeys keys, ReadKeys(arguments));
  client.channel_ = rpc::Connect(arguments.Value("address"), keys);
  return client;
}

void Client::Begin(grpc::ClientContext& context) const {
  rpc::Begin(token_->Current(), kTimeout, WantsEnglish(), context);
}

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
