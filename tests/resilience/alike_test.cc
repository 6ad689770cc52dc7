// The same calls against all services in one process and in five: no answer may differ.
#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/resilience/region.h"
#include "tests/support/builders.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using collaboration::v1::CollaborationService;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using indicator::v1::IndicatorService;
using intake::v1::IntakeService;
using progress::v1::ProgressService;

// Takes out what differs from run to run by right: when something was made, and tokens of pages, which are sealed with
// the time.
void Normalise(Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    static const std::set<std::string> kMoments = {"create_time", "update_time", "accept_time", "withdraw_time"};
    if (kMoments.count(field->name()) > 0) {
      reflection->ClearField(&message, field);
    } else if (field->name() == "next_page_token") {
      reflection->SetString(&message, field, "there are more");
    } else if (field->message_type() != nullptr && field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        Normalise(*reflection->MutableRepeatedMessage(&message, field, i));
      }
    } else if (field->message_type() != nullptr) {
      Normalise(*reflection->MutableMessage(&message, field));
    }
  }
}

void SetText(Message& message, const char* field, const std::string& value) {
  const auto* descriptor = message.GetDescriptor()->FindFieldByName(field);
  if (descriptor != nullptr) message.GetReflection()->SetString(&message, descriptor, value);
}

std::string Text(const Message& message, const char* field) {
  return message.GetReflection()->GetString(message, message.GetDescriptor()->FindFieldByName(field));
}

struct Entry {
  std::string call;
  std::string bytes;  // of everything that came back
  std::string text;   // the same for people

  bool operator==(const Entry& other) const { return call == other.call && bytes == other.bytes; }
};

// Makes the calls and writes down what comes back.
class Transcript {
 public:
  explicit Transcript(const Deployment& deployment)
      : deployment_(deployment), officer_(OfficerToken(deployment)), coordinator_(CoordinatorToken(deployment)) {
    stranger_ = deployment.Token({"GM9999=policy_officer"});
  }

  std::vector<Entry> Write() {
    for (const DemoDocument& document : kDemoDocuments) Import(document);
    Share();
    // A second time everything is there.
    for (const DemoDocument& document : kDemoDocuments) Import(document);
    for (const DemoDocument& document : kDemoDocuments) ReadAll(document.owner);
    ReadReferenceData();
    ReadOverviews();
    WriteWrongly();
    return std::move(entries_);
  }

 private:
  Client As(const std::string& service, const std::string& token) {
    auto& channel = channels_[service];
    if (channel == nullptr) channel = deployment_.ChannelTo(service);
    return Client(channel, token).CallId("dezelfde-aanvraag");
  }

  void Note(const std::string& call, const Outcome& outcome, Message& value) {
    Normalise(value);
    Entry entry;
    entry.call = call;
    std::string text;
    google::protobuf::TextFormat::PrintToString(value, &text);
    entry.bytes = absl::StrCat(outcome.code(), "|", outcome.status.error_message(), "|", outcome.status.error_details(),
                               "|", value.SerializeAsString());
    entry.text = absl::StrCat("code ", outcome.code(), " ", outcome.status.error_message(), "\n", text);
    for (const auto& [key, trailer] : outcome.trailers) {
      absl::StrAppend(&entry.bytes, "|", key, "=", trailer);
      absl::StrAppend(&entry.text, key, ": ", trailer, "\n");
    }
    entries_.push_back(std::move(entry));
  }

  // Makes one call and returns the answer as it came.
  template <typename Stub, typename Request, typename Response>
  Answer<Response> Take(const Client& client,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                        const Request& request, const std::string& label = "") {
    Answer<Response> answer = client.Call(method, request);
    Response normalised = answer.value;
    std::string text = label;
    if (text.empty()) google::protobuf::TextFormat::PrintToString(request, &text);
    Note(absl::StrCat(Request::descriptor()->name(), " ", text), answer, normalised);
    return answer;
  }

  void Import(const DemoDocument& document) {
    const Client client = As("intake", officer_);
    const auto draft =
        Take(client, &IntakeService::Stub::ParseDocument, ParseDemo(document.owner, document.file), document.file);
    ASSERT_TRUE(IsOk(draft));
    ASSERT_TRUE(IsOk(Take(client, &IntakeService::Stub::AcceptDraft, AcceptDemo(draft.value), draft.value.name())));
    Take(As("intake", stranger_), &IntakeService::Stub::AcceptDraft, AcceptDemo(draft.value), draft.value.name());
    intake::v1::AcceptDraftRequest stale = AcceptDemo(draft.value);
    stale.set_etag("\"v999\"");
    Take(client, &IntakeService::Stub::AcceptDraft, stale, "stale");
  }

  void Share() {
    const Client client = As("collaboration", officer_);
    for (const DemoDocument& document : kDemoDocuments) {
      if (document.owner == std::string(kNotSharing)) continue;
      for (const char* kind : kShareable) {
        const auto request = ShareAll(document.owner, kind, kind);
        ASSERT_TRUE(IsOk(Take(client, &CollaborationService::Stub::CreateSharingGrant, request, kind)));
        Take(client, &CollaborationService::Stub::CreateSharingGrant, request, "repeated");
        Take(client, &CollaborationService::Stub::CreateSharingGrant, ShareAll(document.owner, kind, kind), "taken");
      }
    }
    // What is read next must not depend on how far the feed is.
    ASSERT_NO_THROW(AwaitRegion(deployment_));
  }

  // Every page of a list, its first resource, and what must be refused. Returns the names in the list.
  template <typename Stub, typename List, typename Page, typename Get, typename Resource>
  std::vector<std::string> Walk(const std::string& service,
                                grpc::Status (Stub::*list)(grpc::ClientContext*, const List&, Page*),
                                grpc::Status (Stub::*get)(grpc::ClientContext*, const Get&, Resource*),
                                const std::string& parent) {
    const Client client = As(service, officer_);
    std::vector<std::string> names;
    List request;
    SetText(request, "parent", parent);
    request.set_page_size(40);
    std::string token;
    do {
      request.set_page_token(token);
      const auto page = Take(client, list, request, absl::StrCat(parent, " after ", names.size()));
      EXPECT_TRUE(IsOk(page)) << parent;
      const auto* reflection = page.value.GetReflection();
      const auto* resources = Page::descriptor()->field(0);
      for (int i = 0; i < reflection->FieldSize(page.value, resources); ++i) {
        names.push_back(Text(reflection->GetRepeatedMessage(page.value, resources, i), "name"));
      }
      token = page.value.next_page_token();
    } while (!token.empty());

    request.clear_page_token();
    for (const std::string& other : {coordinator_, stranger_, std::string()}) Take(As(service, other), list, request);
    request.set_page_token("vervalst");
    Take(client, list, request);
    request.clear_page_token();
    request.set_valid_date("2025-01-01");
    Take(client, list, request);
    if (names.empty()) return names;
    Get one;
    one.set_name(names.front());
    for (const std::string& token_of : {officer_, coordinator_, stranger_, std::string()}) {
      Take(As(service, token_of), get, one);
      Take(As(service, token_of).Language("en"), get, one, "in English");
    }
    one.set_name(names.front() + "-niet");
    for (const std::string& token_of : {officer_, coordinator_, stranger_}) Take(As(service, token_of), get, one);
    one.set_name("dat-is-geen-naam");
    Take(client, get, one);
    return names;
  }

  void ReadAll(const std::string& owner) {
    const std::string parent = OwnerName(owner);
    const auto frameworks =
        Walk("catalogue", &CatalogueService::Stub::ListFrameworks, &CatalogueService::Stub::GetFramework, parent);
    EXPECT_FALSE(frameworks.empty()) << owner;
    for (const std::string& framework : frameworks) {
      Walk("catalogue", &CatalogueService::Stub::ListSections, &CatalogueService::Stub::GetSection, framework);
      Walk("catalogue", &CatalogueService::Stub::ListGoals, &CatalogueService::Stub::GetGoal, framework);
    }
    Walk("catalogue", &CatalogueService::Stub::ListActivities, &CatalogueService::Stub::GetActivity, parent);
    Walk("catalogue", &CatalogueService::Stub::ListContributions, &CatalogueService::Stub::GetContribution,
         parent + "/activities/-");
    for (const std::string& cycle : Walk("progress", &ProgressService::Stub::ListReportingCycles,
                                         &ProgressService::Stub::GetReportingCycle, parent)) {
      Walk("progress", &ProgressService::Stub::ListStatusReports, &ProgressService::Stub::GetStatusReport, cycle);
    }
    Walk("progress", &ProgressService::Stub::ListStatusMappings, &ProgressService::Stub::GetStatusMapping, parent);
    Walk("indicator", &IndicatorService::Stub::ListIndicators, &IndicatorService::Stub::GetIndicator, parent);
    Walk("indicator", &IndicatorService::Stub::ListTargets, &IndicatorService::Stub::GetTarget,
         parent + "/indicators/-");
    Walk("indicator", &IndicatorService::Stub::ListMeasurements, &IndicatorService::Stub::GetMeasurement,
         parent + "/indicators/-");
    Walk("intake", &IntakeService::Stub::ListDocuments, &IntakeService::Stub::GetDocument, parent);
    Walk("intake", &IntakeService::Stub::ListDrafts, &IntakeService::Stub::GetDraft, parent);
    Walk("collaboration", &CollaborationService::Stub::ListSharingGrants, &CollaborationService::Stub::GetSharingGrant,
         parent);
  }

  void ReadReferenceData() {
    Walk("collaboration", &CollaborationService::Stub::ListMunicipalities, &CollaborationService::Stub::GetMunicipality,
         "");
    Walk("collaboration", &CollaborationService::Stub::ListRegions, &CollaborationService::Stub::GetRegion, "");
    Walk("collaboration", &CollaborationService::Stub::ListMemberships, &CollaborationService::Stub::GetMembership,
         "regions/-");
    Walk("collaboration", &CollaborationService::Stub::ListParties, &CollaborationService::Stub::GetParty, "");
    Walk("collaboration", &CollaborationService::Stub::ListTaskFields, &CollaborationService::Stub::GetTaskField, "");
  }

  void ReadOverviews() {
    for (const std::string& token : {coordinator_, officer_, stranger_, std::string()}) {
      for (const char* day : {"2025-12-31", "2022-06-30", "2000-01-01", "", "morgen"}) {
        auto request = OverviewRequest();
        request.set_cycle_date(day);
        Take(As("collaboration", token), &CollaborationService::Stub::GetRegionalOverview, request);
        TakeStream(token, day);
      }
    }
    auto past = OverviewRequest();
    past.mutable_read_time()->set_seconds(1'600'000'000);
    Take(As("collaboration", coordinator_), &CollaborationService::Stub::GetRegionalOverview, past);
  }

  // Members come in the order in which they are known, so they are put in order first.
  void TakeStream(const std::string& token, const std::string& day) {
    collaboration::v1::StreamRegionalOverviewRequest request;
    request.set_parent(OwnerName(kRegion));
    request.set_cycle_date(day);
    StreamedOverview stream = StreamOverview(deployment_.ChannelTo("collaboration"), token, request);
    std::sort(stream.members.begin(), stream.members.end(),
              [](const auto& a, const auto& b) { return a.owner() < b.owner(); });
    for (auto& member : stream.members) *stream.overview.add_members() = std::move(member);
    Note(absl::StrCat("StreamRegionalOverview ", day), stream, stream.overview);
  }

  void WriteWrongly() {
    const Client client = As("catalogue", officer_);
    const auto create = CreateActivity(OwnerName(kOwner), "met-de-hand");
    const auto made = Take(client, &CatalogueService::Stub::CreateActivity, create, "first");
    ASSERT_TRUE(IsOk(made));
    Take(client, &CatalogueService::Stub::CreateActivity, create, "repeated");
    auto reused = create;
    reused.set_activity_id("een-ander");
    Take(client, &CatalogueService::Stub::CreateActivity, reused, "request id reused");
    Take(client, &CatalogueService::Stub::CreateActivity, CreateActivity(OwnerName(kOwner), "met-de-hand"), "taken");
    Take(As("catalogue", coordinator_), &CatalogueService::Stub::CreateActivity,
         CreateActivity(OwnerName(kOwner), "van-de-regio"), "not by who only reads");
    catalogue::v1::UpdateActivityRequest update;
    update.mutable_activity()->set_name(made.value.name());
    update.mutable_activity()->set_etag("\"v999\"");
    update.mutable_activity()->set_display_name("Nieuwe naam");
    update.mutable_update_mask()->add_paths("display_name");
    update.set_request_id(NewRequestId());
    Take(client, &CatalogueService::Stub::UpdateActivity, update, "stale");
    Take(As("progress", officer_), &ProgressService::Stub::CreateReportingCycle,
         progress::v1::CreateReportingCycleRequest(), "empty");
    Take(As("collaboration", officer_), &CollaborationService::Stub::WithdrawSharingGrant,
         Withdraw(OwnerName(kOwner) + "/grants/is-er-niet"), "missing");
    Take(As("collaboration", officer_), &CollaborationService::Stub::WithdrawSharingGrant,
         Withdraw(OwnerName(kOwner) + "/grants/cycles"), "last");
  }

  const Deployment& deployment_;
  const std::string officer_;
  const std::string coordinator_;
  std::string stranger_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
  std::vector<Entry> entries_;
};

std::vector<Entry> TranscriptOf(Deployment::Processes processes) {
  Deployment deployment(processes);
  deployment.StartServices();
  return Transcript(deployment).Write();
}

TEST(AlikeTest, OneAndFiveProcessesAnswerAlike) {
  const std::vector<Entry> one = TranscriptOf(Deployment::Processes::kOne);
  ASSERT_FALSE(HasFatalFailure());
  const std::vector<Entry> five = TranscriptOf(Deployment::Processes::kOnePerService);
  ASSERT_EQ(one.size(), five.size());
  std::map<std::string, int> codes;
  int different = 0;
  for (size_t i = 0; i < one.size() && different < 10; ++i) {
    ++codes[one[i].bytes.substr(0, one[i].bytes.find('|'))];
    if (one[i] == five[i]) continue;
    ++different;
    EXPECT_EQ(one[i].text, five[i].text) << "call " << i << " " << one[i].call;
    ADD_FAILURE() << "call " << i << " is answered otherwise: " << one[i].call << " / " << five[i].call;
  }
  std::cout << one.size() << " answers are alike";
  for (const auto& [code, times] : codes) std::cout << "; " << times << " with code " << code;
  std::cout << "\n";
  EXPECT_GE(codes.size(), 7u) << "too few kinds of answers to compare";
}

}  // namespace
}  // namespace regiokompas::test
