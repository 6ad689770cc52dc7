#include "tests/resilience/region.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "tests/support/builders.h"

namespace regiokompas::test {
namespace {

using collaboration::v1::CollaborationService;
using intake::v1::IntakeService;

constexpr std::chrono::milliseconds kCallTimeout{10'000};

void Demand(const Outcome& outcome, const std::string& what) {
  if (outcome.ok()) return;
  std::stringstream text;
  text << what << ": " << outcome;
  throw std::runtime_error(text.str());
}

}  // namespace

bool MayRepeat(const Outcome& outcome) {
  return outcome.code() == grpc::UNAVAILABLE || outcome.code() == grpc::DEADLINE_EXCEEDED ||
         (outcome.code() == grpc::UNKNOWN && outcome.reason() == "COMMIT_OUTCOME_UNKNOWN") ||
         (outcome.code() == grpc::ABORTED && outcome.reason() == "CONFLICT");
}

intake::v1::ParseDocumentRequest ParseDemo(const std::string& owner, const std::string& file) {
  std::stringstream text;
  text << std::ifstream(absl::StrCat(REGIOKOMPAS_SOURCE_DIR "/deploy/demo/", file)).rdbuf();
  intake::v1::ParseDocumentRequest request;
  request.set_parent(OwnerName(owner));
  request.set_content(text.str());
  request.set_file_name(file);
  request.set_municipality(owner);
  request.set_request_id(NewRequestId());
  return request;
}

intake::v1::AcceptDraftRequest AcceptDemo(const intake::v1::Draft& draft) {
  intake::v1::AcceptDraftRequest request;
  request.set_name(draft.name());
  request.set_etag(draft.etag());
  request.set_request_id(NewRequestId());
  return request;
}

collaboration::v1::CreateSharingGrantRequest ShareAll(const std::string& owner, const std::string& kind,
                                                      const std::string& grant_id) {
  collaboration::v1::CreateSharingGrantRequest request;
  request.set_parent(OwnerName(owner));
  request.set_sharing_grant_id(grant_id);
  request.set_request_id(NewRequestId());
  auto& grant = *request.mutable_sharing_grant();
  grant.set_display_name("Voor het regionale overzicht");
  grant.set_receiver(kRegion);
  grant.set_scope(absl::StrCat(OwnerName(owner), "/", kind, "/-"));
  google::protobuf::util::TimeUtil::FromString("2100-01-01T00:00:00Z", grant.mutable_until_time());
  return request;
}

collaboration::v1::WithdrawSharingGrantRequest Withdraw(const std::string& grant) {
  collaboration::v1::WithdrawSharingGrantRequest request;
  request.set_name(grant);
  request.set_reason("Niet meer nodig");
  request.set_request_id(NewRequestId());
  return request;
}

collaboration::v1::GetRegionalOverviewRequest OverviewRequest() {
  collaboration::v1::GetRegionalOverviewRequest request;
  request.set_parent(OwnerName(kRegion));
  request.set_cycle_date("2025-12-31");
  return request;
}

std::string OfficerToken(const Deployment& deployment) {
  std::vector<std::string> owners;
  for (const DemoDocument& document : kDemoDocuments) owners.push_back(absl::StrCat(document.owner, "=policy_officer"));
  return deployment.Token(owners);
}

std::string CoordinatorToken(const Deployment& deployment) {
  return deployment.Token({absl::StrCat(kRegion, "=regional_coordinator")});
}

StreamedOverview StreamOverview(const std::shared_ptr<grpc::Channel>& channel, const std::string& token,
                                const collaboration::v1::StreamRegionalOverviewRequest& request) {
  grpc::ClientContext context;
  if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  context.AddMetadata("x-request-id", "een-stroom");
  context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
  const auto reader = CollaborationService::NewStub(channel)->StreamRegionalOverview(&context, request);
  StreamedOverview answer;
  collaboration::v1::StreamRegionalOverviewResponse part;
  while (reader->Read(&part)) {
    if (part.has_member()) {
      answer.members.push_back(part.member());
    } else {
      answer.overview = part.overview();
    }
  }
  answer.status = reader->Finish();
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    answer.trailers[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
  }
  return answer;
}

void ImportDemo(const Client& intake, const DemoDocument& document) {
  const auto draft = Insist(intake, &IntakeService::Stub::ParseDocument, ParseDemo(document.owner, document.file));
  Demand(draft, document.file);
  Demand(Insist(intake, &IntakeService::Stub::AcceptDraft, AcceptDemo(draft.value)), document.file);
}

void ShareRegion(const Client& collaboration) {
  for (const DemoDocument& document : kDemoDocuments) {
    if (document.owner == std::string(kNotSharing)) continue;
    for (const char* kind : kShareable) {
      Demand(
          Insist(collaboration, &CollaborationService::Stub::CreateSharingGrant, ShareAll(document.owner, kind, kind)),
          absl::StrCat(document.owner, " ", kind));
    }
  }
}

collaboration::v1::RegionalOverview AwaitRegion(const Client& coordinator) {
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  for (;;) {
    const auto overview = coordinator.Call(&CollaborationService::Stub::GetRegionalOverview, OverviewRequest());
    const auto& coverage = overview.value.coverage();
    if (coverage.catalogue_members() == 4 && coverage.indicator_members() == 4 && coverage.members_not_shared() == 1 &&
        coverage.progress_members() + coverage.members_without_report() == 4) {
      return overview.value;
    }
    if (absl::Now() > give_up) {
      Demand(overview, "overview");
      throw std::runtime_error("the overview does not show what is shared: " + overview.value.ShortDebugString());
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
}

collaboration::v1::RegionalOverview AwaitRegion(const Deployment& deployment) {
  return AwaitRegion(Client(deployment.ChannelTo("collaboration"), CoordinatorToken(deployment)).Timeout(kCallTimeout));
}

collaboration::v1::RegionalOverview PrepareRegion(const Deployment& deployment) {
  const std::string token = OfficerToken(deployment);
  const Client intake = Client(deployment.ChannelTo("intake"), token).Timeout(kCallTimeout);
  for (const DemoDocument& document : kDemoDocuments) ImportDemo(intake, document);
  ShareRegion(Client(deployment.ChannelTo("collaboration"), token).Timeout(kCallTimeout));
  return AwaitRegion(deployment);
}

}  // namespace regiokompas::test
