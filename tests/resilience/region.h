// The region of the demonstration in a deployment: its five documents, what four of its five members share with it, and
// its overview.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "tests/resilience/deployment.h"

namespace regiokompas::test {

inline constexpr char kRegion[] = "RG-voorbeeld";
inline constexpr char kNotSharing[] = "GM0342";
// What a member may share, for each service that has figures in the overview.
inline constexpr const char* kShareable[] = {"frameworks", "cycles", "indicators"};

// A member of the region and its document.
struct DemoDocument {
  const char* owner;
  const char* file;
};
inline constexpr DemoDocument kDemoDocuments[] = {{"GM0677", "hulst-voortgang-programma-06.txt"},
                                                  {"GM0299", "zevenaar-voortgangsrapportage-1-2022.txt"},
                                                  {"GM1916", "leidschendam-voorburg-beleidsspeerpunten-2022.txt"},
                                                  {kNotSharing, "soest-programmabegroting-2023.txt"},
                                                  {"GM1876", "bronckhorst-uitvoeringsprogrammas-2019-2022.txt"}};

// Whether the same call, with the same request_id, may be made again.
bool MayRepeat(const Outcome& outcome);

// Makes the same call until it is answered for good, or a minute has passed.
template <typename Stub, typename Request, typename Response>
Answer<Response> Insist(const Client& client,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                        const Request& request) {
  const absl::Time give_up = absl::Now() + absl::Minutes(1);
  for (;;) {
    Answer<Response> answer = client.Call(method, request);
    if (!MayRepeat(answer) || absl::Now() > give_up) return answer;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

// Makes a draft of the document for `owner`, which need not be the municipality that it is of.
intake::v1::ParseDocumentRequest ParseDemo(const std::string& owner, const std::string& file);
intake::v1::AcceptDraftRequest AcceptDemo(const intake::v1::Draft& draft);

// A grant on all of one kind, until the year 2100.
collaboration::v1::CreateSharingGrantRequest ShareAll(const std::string& owner, const std::string& kind,
                                                      const std::string& grant_id);
collaboration::v1::WithdrawSharingGrantRequest Withdraw(const std::string& grant);

// On the last day of 2025: which cycles count does not depend on the day of the test.
collaboration::v1::GetRegionalOverviewRequest OverviewRequest();

// Policy officer of the five members.
std::string OfficerToken(const Deployment& deployment);
// Regional coordinator of the region and nothing else.
std::string CoordinatorToken(const Deployment& deployment);

// What a stream gave up to its end, whether that was a good one or not.
struct StreamedOverview : Outcome {
  std::vector<collaboration::v1::RegionalOverviewMember> members;
  collaboration::v1::RegionalOverview overview;  // of the last message
};
StreamedOverview StreamOverview(const std::shared_ptr<grpc::Channel>& channel, const std::string& token,
                                const collaboration::v1::StreamRegionalOverviewRequest& request);

// What fails in these throws std::runtime_error; so does what does not come within 30 seconds.

// Makes a draft of a document and accepts it.
void ImportDemo(const Client& intake, const DemoDocument& document);

// Lets four members share all with the region.
void ShareRegion(const Client& collaboration);

// Returns the overview as soon as it shows all that the four members share.
collaboration::v1::RegionalOverview AwaitRegion(const Client& coordinator);
collaboration::v1::RegionalOverview AwaitRegion(const Deployment& deployment);

// Imports the five documents and lets four members share all with the region; returns the overview that shows it.
collaboration::v1::RegionalOverview PrepareRegion(const Deployment& deployment);

}  // namespace regiokompas::test
