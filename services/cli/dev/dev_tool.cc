#include "services/cli/dev/dev_tool.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/roles.h"
#include "common/auth/token_signer.h"
#include "common/auth/token_verifier.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"

namespace regiokompas::cli {
namespace {

// A text in both languages.
struct Text {
  std::string dutch;
  std::string english;
};

// The options of one command as given: name without dashes -> values in order.
using Options = std::map<std::string, std::vector<std::string>>;

const char kHelpDutch[] =
    R"(regiokompas-dev maakt sleutels en toegangstokens om Regiokompas op één machine uit te proberen.
Een echte omgeving gebruikt de tokens van de eigen inlogdienst; daar hoort dit programma niet te staan.

Gebruik:
  regiokompas-dev keys --out MAP [--name NAAM]
      Maakt in MAP een sleutelpaar: NAAM.key.pem (geheim, alleen leesbaar voor u) en NAAM.jwks.json (openbaar, voor de
      instelling issuer { jwks_file } van de dienst); NAAM is standaard dev. Bestaat de sleutel al, dan blijft die zoals
      hij is.

  regiokompas-dev token --key BESTAND --subject NAAM --owner EIGENAAR=ROL[,ROL]…
      Schrijft een ondertekend token. Herhaal --owner voor meer eigenaren.
        --lifetime DUUR    geldigheid, bijvoorbeeld 90s of 10m; ten hoogste en standaard 15m
        --issuer NAAM      uitgever, zoals in de instellingen van de dienst; standaard dev
        --audience NAAM    voor wie het token is; standaard regiokompas
      EIGENAAR is een gemeente (GM0677), een regio (RG-achterhoek) of NL.
      Rollen: {roles}

Voorbeeld:
  regiokompas-dev keys --out sleutels
  regiokompas-dev token --key sleutels/dev.key.pem --subject jansen --owner GM0677=policy_officer

Afsluitcode: 0 gelukt, 1 mislukt, 2 onjuist gebruik.
)";

const char kHelpEnglish[] = R"(regiokompas-dev makes keys and access tokens for trying Regiokompas on one machine.
A real environment uses the tokens of its own identity provider; this program does not belong there.

Usage:
  regiokompas-dev keys --out DIR [--name NAME]
      Makes a key pair in DIR: NAME.key.pem (secret, readable by you alone) and NAME.jwks.json (public, for the setting
      issuer { jwks_file } of the service); NAME is dev unless given. A key that is there already stays as it is.

  regiokompas-dev token --key FILE --subject NAME --owner OWNER=ROLE[,ROLE]...
      Prints a signed token. Repeat --owner for more owners.
        --lifetime TIME    how long it is valid, such as 90s or 10m; at most and by default 15m
        --issuer NAME      the issuer, as in the settings of the service; by default dev
        --audience NAME    for whom the token is; by default regiokompas
      OWNER is a municipality (GM0677), a region (RG-achterhoek) or NL.
      Roles: {roles}

Example:
  regiokompas-dev keys --out keys
  regiokompas-dev token --key keys/dev.key.pem --subject jansen --owner GM0677=policy_officer

Exit code: 0 done, 1 failed, 2 wrong usage.
)";

class DevTool {
 public:
  DevTool(bool english, const Clock& clock, std::ostream& out, std::ostream& err)
      : english_(english), clock_(clock), out_(out), err_(err) {}

  int Run(const std::vector<std::string>& arguments) {
    const auto is_help = [](const std::string& word) { return word == "--help" || word == "-h" || word == "help"; };
    if (arguments.empty()) {
      err_ << Help();
      return kExitUsage;
    }
    if (is_help(arguments[0]) || std::count(arguments.begin(), arguments.end(), "--help") > 0) {
      out_ << Help();
      return kExitOk;
    }
    const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
    if (arguments[0] == "keys") return Keys(rest);
    if (arguments[0] == "token") return Token(rest);
    return Usage({absl::StrCat("onbekende opdracht: ", arguments[0]), absl::StrCat("unknown command: ", arguments[0])});
  }

 private:
  std::string Help() const {
    const auto roles = absl::StrJoin(auth::RoleNames(), ", ");
    const std::vector<std::string> around = absl::StrSplit(english_ ? kHelpEnglish : kHelpDutch, "{roles}");
    return absl::StrJoin(around, roles);
  }

  int Usage(const Text& text) {
    err_ << "regiokompas-dev: " << (english_ ? text.english : text.dutch) << "\n"
         << (english_ ? "See regiokompas-dev --help" : "Zie regiokompas-dev --help") << "\n";
    return kExitUsage;
  }

  int Failure(const Text& text, const absl::Status& status) {
    err_ << "regiokompas-dev: " << (english_ ? text.english : text.dutch) << " (" << std::string(status.message())
         << ")\n";
    return kExitFailure;
  }

  // Reads `--name value` and `--name=value`; nothing when a usage error was printed.
  std::optional<Options> Read(const std::vector<std::string>& arguments, const std::vector<std::string>& known,
                              const std::vector<std::string>& required) {
    Options options;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const std::pair<std::string, std::string> parts = absl::StrSplit(arguments[i], absl::MaxSplits('=', 1));
      const std::string name = parts.first.substr(std::min<size_t>(2, parts.first.size()));
      if (!absl::StartsWith(parts.first, "--") || std::count(known.begin(), known.end(), name) == 0) {
        Usage({absl::StrCat("onbekend argument: ", arguments[i]), absl::StrCat("unknown argument: ", arguments[i])});
        return std::nullopt;
      }
      std::string value = parts.second;
      if (!absl::StrContains(arguments[i], '=') && i + 1 < arguments.size()) value = arguments[++i];
      if (value.empty() || absl::StartsWith(value, "--")) {
        Usage({absl::StrCat("--", name, " mist een waarde"), absl::StrCat("--", name, " needs a value")});
        return std::nullopt;
      }
      if (name != "owner" && options.count(name) > 0) {
        Usage({absl::StrCat("--", name, " staat er tweemaal"), absl::StrCat("--", name, " is given twice")});
        return std::nullopt;
      }
      options[name].push_back(value);
    }
    for (const std::string& name : required) {
      if (options.count(name) == 0) {
        Usage({absl::StrCat("--", name, " ontbreekt"), absl::StrCat("--", name, " is missing")});
        return std::nullopt;
      }
    }
    return options;
  }

  int Keys(const std::vector<std::string>& arguments) {
    const std::optional<Options> options = Read(arguments, {"out", "name"}, {"out"});
    if (!options) return kExitUsage;
    const std::filesystem::path directory = options->at("out").front();
    const std::string name = options->count("name") > 0 ? options->at("name").front() : "dev";
    if (!IsId(name)) {
      return Usage({"--name bestaat uit kleine letters, cijfers en streepjes",
                    "--name is lower-case letters, digits and hyphens"});
    }
    const std::filesystem::path key_file = directory / (name + ".key.pem");
    const std::filesystem::path jwks_file = directory / (name + ".jwks.json");
    if (const absl::Status status = MakeKeys(directory, key_file, jwks_file); !status.ok()) {
      return Failure({"de sleutels konden niet worden gemaakt", "the keys could not be made"}, status);
    }
    out_ << (english_ ? "secret key: " : "geheime sleutel: ") << key_file.string() << "\n"
         << (english_ ? "public keys: " : "openbare sleutels: ") << jwks_file.string() << "\n";
    return kExitOk;
  }

  static absl::Status MakeKeys(const std::filesystem::path& directory, const std::string& key_file,
                               const std::string& jwks_file) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) return absl::UnavailableError(absl::StrCat(directory.string(), ": ", error.message()));
    if (!std::filesystem::exists(key_file, error)) {
      ASSIGN_OR_RETURN(const auth::TokenSigner fresh, auth::TokenSigner::Generate());
      absl::Status saved = fresh.Save(key_file);
      // Another run of this command may have been first; its key counts.
      if (!saved.ok() && !absl::IsAlreadyExists(saved)) return saved;
    }
    ASSIGN_OR_RETURN(const auth::TokenSigner signer, auth::TokenSigner::Load(key_file));
    // Written each time, so that a public part that was lost or belongs to an older key is put right.
    return signer.WriteJwks(jwks_file);
  }

  int Token(const std::vector<std::string>& arguments) {
    const std::optional<Options> options =
        Read(arguments, {"key", "subject", "owner", "lifetime", "issuer", "audience"}, {"key", "subject", "owner"});
    if (!options) return kExitUsage;
    const auto value = [&](const std::string& name, const std::string& otherwise) {
      const auto found = options->find(name);
      return found == options->end() ? otherwise : found->second.front();
    };

    absl::Duration lifetime;
    if (!absl::ParseDuration(value("lifetime", "15m"), &lifetime) || lifetime < absl::Seconds(1) ||
        lifetime > auth::kMaxTokenLifetime) {
      return Usage({"--lifetime is een duur van 1s tot 15m", "--lifetime is a time from 1s to 15m"});
    }
    internal::v1::TokenClaims claims;
    claims.set_iss(value("issuer", "dev"));
    claims.mutable_aud()->set_string_value(value("audience", "regiokompas"));
    claims.set_sub(value("subject", ""));
    const int64_t now = absl::ToUnixSeconds(clock_.Now());
    claims.set_iat(static_cast<double>(now));
    claims.set_exp(static_cast<double>(now + absl::ToInt64Seconds(lifetime)));
    for (const std::string& text : options->at("owner")) {
      if (const int code = AddOwner(text, claims); code != kExitOk) return code;
    }

    const absl::StatusOr<auth::TokenSigner> signer = auth::TokenSigner::Load(value("key", ""));
    if (!signer.ok()) return Failure({"de sleutel is niet te gebruiken", "the key cannot be used"}, signer.status());
    const absl::StatusOr<std::string> token = signer->Sign(claims);
    if (!token.ok()) return Failure({"ondertekenen is niet gelukt", "signing failed"}, token.status());
    out_ << *token << "\n";
    return kExitOk;
  }

  // Adds GM0677=policy_officer,controller to the claims, or returns the exit code of a usage error.
  int AddOwner(const std::string& text, internal::v1::TokenClaims& claims) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (!IsOwnerId(parts.first)) {
      return Usage({absl::StrCat("geen eigenaar: ", parts.first, " (verwacht GM0677, RG-achterhoek of NL)"),
                    absl::StrCat("not an owner: ", parts.first, " (expected GM0677, RG-achterhoek or NL)")});
    }
    const std::vector<std::string> known = auth::RoleNames();
    auto* owner = claims.add_owners();
    owner->set_id(parts.first);
    for (const auto role : absl::StrSplit(parts.second, ',')) {
      if (std::count(known.begin(), known.end(), std::string(role)) == 0) {
        const std::string list = absl::StrJoin(known, ", ");
        return Usage({absl::StrCat("onbekende rol \"", role, "\" in --owner ", text, "; kies uit: ", list),
                      absl::StrCat("unknown role \"", role, "\" in --owner ", text, "; choose from: ", list)});
      }
      owner->add_roles(std::string(role));
    }
    return kExitOk;
  }

  const bool english_;
  const Clock& clock_;
  std::ostream& out_;
  std::ostream& err_;
};

}  // namespace

int RunDevTool(const std::vector<std::string>& arguments, const std::string& language, const Clock& clock,
               std::ostream& out, std::ostream& err) {
  return DevTool(absl::StartsWith(language, "en"), clock, out, err).Run(arguments);
}

}  // namespace regiokompas::cli
