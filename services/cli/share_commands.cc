// share, withdraw and grants: what an owner lets others read.
#include <functional>
#include <iostream>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

using collaboration::v1::SharingGrant;
using Collaboration = collaboration::v1::CollaborationService::Stub;

// Everything that can be shared: what is meant without --scope.
constexpr const char* kAllScopes[] = {"frameworks/-", "cycles/-", "indicators/-"};

bool CountsNowOrLater(const SharingGrant& grant) {
  return grant.state() == collaboration::v1::SHARING_GRANT_STATE_GIVEN ||
         grant.state() == collaboration::v1::SHARING_GRANT_STATE_IN_FORCE;
}

std::string StateText(collaboration::v1::SharingGrantState state) {
  switch (state) {
    case collaboration::v1::SHARING_GRANT_STATE_GIVEN:
      return InLanguage("gegeven", "given");
    case collaboration::v1::SHARING_GRANT_STATE_IN_FORCE:
      return InLanguage("van kracht", "in force");
    case collaboration::v1::SHARING_GRANT_STATE_EXPIRED:
      return InLanguage("verlopen", "expired");
    default:
      return InLanguage("ingetrokken", "withdrawn");
  }
}

// The grants of one owner, and calls about them.
class Sharing {
 public:
  Sharing(const Client& client, const std::string& owner)
      : client_(client),
        owner_(absl::StrCat("owners/", owner)),
        stub_(collaboration::v1::CollaborationService::NewStub(client.channel())) {}

  absl::StatusOr<std::vector<SharingGrant>> List() {
    std::vector<SharingGrant> grants;
    RETURN_IF_ERROR(rpc::ForEachPage(
        *stub_, &Collaboration::ListSharingGrants, owner_,
        [&](grpc::ClientContext& context) { client_.Begin(context); },
        [&](const collaboration::v1::ListSharingGrantsResponse& page) {
          grants.insert(grants.end(), page.sharing_grants().begin(), page.sharing_grants().end());
        }));
    return grants;
  }

  // Gives a right that is not there yet. The id follows from receiver and scope, with a number when it was used before.
  absl::StatusOr<SharingGrant> Give(const std::string& receiver, const std::string& scope, absl::Time until) {
    ASSIGN_OR_RETURN(const std::vector<SharingGrant> grants, List());
    const std::string full_scope = absl::StrCat(owner_, "/", scope);
    std::set<std::string> ids;
    for (const SharingGrant& grant : grants) {
      ids.insert(names::LastId(grant.name()));
      const bool long_enough = ToTime(grant.until_time()) >= until;
      if (grant.receiver() == receiver && grant.scope() == full_scope && CountsNowOrLater(grant) && long_enough) {
        return grant;
      }
    }
    const std::string slug = Slug(absl::StrCat(receiver, " ", scope), "deling", 50);
    std::string id = slug;
    for (int number = 2; ids.count(id) > 0; ++number) id = absl::StrCat(slug, "-", number);
    collaboration::v1::CreateSharingGrantRequest request;
    request.set_parent(owner_);
    request.set_sharing_grant_id(id);
    request.set_request_id(RandomUuid());
    SharingGrant& grant = *request.mutable_sharing_grant();
    grant.set_display_name(absl::StrCat(scope, InLanguage(" voor ", " for "), receiver));
    grant.set_receiver(receiver);
    grant.set_scope(full_scope);
    *grant.mutable_until_time() = ToTimestamp(until);
    grpc::ClientContext context;
    client_.Begin(context);
    SharingGrant given;
    RETURN_IF_ERROR(rpc::FromGrpc(stub_->CreateSharingGrant(&context, request, &given)));
    return given;
  }

  absl::StatusOr<SharingGrant> Withdraw(const std::string& name, const std::string& reason) {
    collaboration::v1::WithdrawSharingGrantRequest request;
    request.set_name(name);
    request.set_reason(reason);
    request.set_request_id(RandomUuid());
    grpc::ClientContext context;
    client_.Begin(context);
    SharingGrant withdrawn;
    RETURN_IF_ERROR(rpc::FromGrpc(stub_->WithdrawSharingGrant(&context, request, &withdrawn)));
    return withdrawn;
  }

 private:
  const Client& client_;
  const std::string owner_;
  const std::unique_ptr<Collaboration> stub_;
};

void Print(const SharingGrant& grant) {
  const std::string scope = grant.scope().substr(grant.scope().find('/', 7) + 1);
  std::cout << Fit(grant.name(), 52) << "  " << Fit(scope, 16) << "  " << Fit(grant.receiver(), 16) << "  "
            << Fit(StateText(grant.state()), 11) << "  " << InLanguage("tot ", "until ")
            << CivilDate(ToTime(grant.until_time())) << "\n";
}

// Reads the words, connects, and runs `work`; the usage errors of all three commands.
int WithClient(const std::string& command, const Words& words, std::vector<std::string> options,
               const std::vector<std::string>& required,
               const std::function<absl::Status(const Arguments&, const Client&)>& work) {
  for (const std::string& name : ConnectionOptions()) options.push_back(name);
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, options, {});
  if (!arguments.ok()) return PrintUsageError(command, arguments.status());
  for (const std::string& name : required) {
    if (arguments->Flag(name)) continue;
    return PrintUsageError(
        command, absl::InvalidArgumentError(absl::StrCat("--", name, InLanguage(" ontbreekt", " is missing"))));
  }
  if (!arguments->positional().empty()) {
    return PrintUsageError(command, absl::InvalidArgumentError(InLanguage("onbekend woord: ", "unknown word: ") +
                                                               arguments->positional().front()));
  }
  if (arguments->Flag("until") && !IsCivilDate(arguments->Value("until"))) {
    return PrintUsageError(command, absl::InvalidArgumentError(
                                        InLanguage("--until is een datum JJJJ-MM-DD", "--until is a date YYYY-MM-DD")));
  }
  const absl::StatusOr<Client> client = Client::Connect(*arguments);
  if (!client.ok()) return PrintConnectError(command, client.status());
  const absl::Status status = work(*arguments, *client);
  return status.ok() ? kDone : PrintError(status, arguments->Value("owner"));
}

}  // namespace

int Share(const Words& words) {
  return WithClient("share", words, {"owner", "with", "until", "scope"}, {"owner", "with", "until"},
                    [](const Arguments& arguments, const Client& client) -> absl::Status {
                      std::vector<std::string> scopes(std::begin(kAllScopes), std::end(kAllScopes));
                      if (arguments.Flag("scope")) scopes = {arguments.Value("scope")};
                      Sharing sharing(client, arguments.Value("owner"));
                      for (const std::string& scope : scopes) {
                        ASSIGN_OR_RETURN(const SharingGrant grant, sharing.Give(arguments.Value("with"), scope,
                                                                                StartOfDay(arguments.Value("until"))));
                        Print(grant);
                      }
                      return absl::OkStatus();
                    });
}

int Withdraw(const Words& words) {
  return WithClient(
      "withdraw", words, {"owner", "from", "reason", "scope"}, {"owner", "from", "reason"},
      [](const Arguments& arguments, const Client& client) -> absl::Status {
        Sharing sharing(client, arguments.Value("owner"));
        ASSIGN_OR_RETURN(const std::vector<SharingGrant> grants, sharing.List());
        int count = 0;
        for (const SharingGrant& grant : grants) {
          const bool asked = !arguments.Flag("scope") || absl::EndsWith(grant.scope(), "/" + arguments.Value("scope"));
          if (grant.receiver() != arguments.Value("from") || !asked || !CountsNowOrLater(grant)) continue;
          ASSIGN_OR_RETURN(const SharingGrant withdrawn, sharing.Withdraw(grant.name(), arguments.Value("reason")));
          Print(withdrawn);
          ++count;
        }
        if (count == 0) {
          std::cout << InLanguage("er is niets in te trekken: er wordt niets gedeeld met ",
                                  "there is nothing to withdraw: nothing is shared with ")
                    << arguments.Value("from") << "\n";
        }
        return absl::OkStatus();
      });
}

int Grants(const Words& words) {
  return WithClient("grants", words, {}, {}, [](const Arguments& /*arguments*/, const Client& client) -> absl::Status {
    for (const std::string& owner : client.owners()) {
      ASSIGN_OR_RETURN(const std::vector<SharingGrant> grants, Sharing(client, owner).List());
      for (const SharingGrant& grant : grants) Print(grant);
    }
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::cli
