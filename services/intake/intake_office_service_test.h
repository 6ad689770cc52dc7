// An officer of one owner who reads documents in, corrects drafts and accepts them, over gRPC. For tests.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {

// A progress report with sixteen activities and fifteen targets, and whose it is.
inline constexpr char kReport[] = "deploy/demo/zevenaar-voortgangsrapportage-1-2022.txt";
inline constexpr char kReporter[] = "GM0299";

// The content of a file of the project.
inline std::string FileText(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(std::string(REGIOKOMPAS_SOURCE_DIR) + "/" + path).rdbuf();
  return text.str();
}

// Lines by number and text.
using Lines = std::vector<std::pair<int, std::string>>;

// What an owner has, by name, without what differs with the way by which it came there.
using Everything = std::map<std::string, std::string>;

// Does nothing but call; the suite must outlive it.
class IntakeOffice {
 public:
  using Intake = intake::v1::IntakeService::Stub;
  using Catalogue = catalogue::v1::CatalogueService::Stub;
  using Indicators = indicator::v1::IndicatorService::Stub;
  using Progress = progress::v1::ProgressService::Stub;

  IntakeOffice(const TestSuite& suite, const std::string& owner)
      : suite_(suite), owner_(OwnerName(owner)), client_(suite.channel(), suite.Officer(owner)) {}

  // The request that reads `content` in; it says that the document is of the owner.
  intake::v1::ParseDocumentRequest ParseRequest(const std::string& content) const {
    intake::v1::ParseDocumentRequest request;
    request.set_parent(owner_);
    request.set_content(content);
    request.set_file_name("document.txt");
    request.set_municipality(owner_.substr(owner_.find('/') + 1));
    request.set_request_id(NewRequestId());
    return request;
  }

  // The draft of `content`, which must be readable.
  intake::v1::Draft Parse(const std::string& content) const {
    const auto draft = client_.Call(&Intake::ParseDocument, ParseRequest(content));
    EXPECT_TRUE(IsOk(draft));
    return draft.value;
  }

  // A draft as it stands, with all that was read.
  intake::v1::Draft Get(const std::string& draft) const {
    intake::v1::GetDraftRequest request;
    request.set_name(draft);
    const auto answer = client_.Call(&Intake::GetDraft, request);
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  // Accepts the elements with these ids, or all when there are none, of the draft with the etag that `draft` has.
  Answer<intake::v1::AcceptDraftResponse> Accept(const intake::v1::Draft& draft,
                                                 const std::vector<std::string>& elements = {},
                                                 const std::set<std::string>& removed = {}) const {
    intake::v1::AcceptDraftRequest request;
    request.set_name(draft.name());
    request.set_etag(draft.etag());
    request.mutable_element_ids()->Assign(elements.begin(), elements.end());
    request.mutable_removed_element_ids()->Assign(removed.begin(), removed.end());
    request.set_request_id(NewRequestId());
    return client_.Call(&Intake::AcceptDraft, request);
  }

  // The same of a draft as it stands now.
  Answer<intake::v1::AcceptDraftResponse> AcceptNow(const std::string& draft,
                                                    const std::vector<std::string>& elements = {},
                                                    const std::set<std::string>& removed = {}) const {
    return Accept(Get(draft), elements, removed);
  }

  // Says `correction` of a draft as it stands now.
  Answer<intake::v1::Draft> Correct(const std::string& draft, const intake::v1::Correction& correction) const {
    intake::v1::CorrectDraftRequest request;
    request.set_name(draft);
    request.set_etag(Get(draft).etag());
    *request.add_corrections() = correction;
    request.set_request_id(NewRequestId());
    return client_.Call(&Intake::CorrectDraft, request);
  }

  // What there is to decide about a draft.
  intake::v1::CompareDraftResponse Compare(const std::string& draft) const {
    intake::v1::CompareDraftRequest request;
    request.set_name(draft);
    const auto answer = client_.Call(&Intake::CompareDraft, request);
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  // The lines of a document as they are streamed.
  Lines Stream(const std::string& document) const {
    intake::v1::StreamDocumentLinesRequest request;
    request.set_name(document);
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + suite_.Officer(owner_.substr(owner_.find('/') + 1)));
    const auto reader = Intake(suite_.channel()).StreamDocumentLines(&context, request);
    Lines lines;
    intake::v1::StreamDocumentLinesResponse part;
    while (reader->Read(&part)) {
      EXPECT_FALSE(part.lines().empty());
      for (const auto& line : part.lines()) lines.emplace_back(line.number(), line.text());
    }
    EXPECT_TRUE(reader->Finish().ok());
    return lines;
  }

  // Catalogue, progress and indicator of the owner; `lines` gets the lines that elements of the catalogue hold.
  Everything Stored(Lines* lines = nullptr) const {
    Everything stored;
    Take(&Catalogue::ListFrameworks, owner_, stored, lines);
    Take(&Catalogue::ListSections, owner_ + "/frameworks/-", stored, lines);
    Take(&Catalogue::ListGoals, owner_ + "/frameworks/-", stored, lines);
    Take(&Catalogue::ListActivities, owner_, stored, lines);
    Take(&Catalogue::ListContributions, owner_ + "/activities/-", stored, lines);
    Take(&Progress::ListReportingCycles, owner_, stored, nullptr);
    Take(&Progress::ListStatusReports, owner_ + "/cycles/-", stored, nullptr);
    Take(&Progress::ListStatusMappings, owner_, stored, nullptr);
    Take(&Indicators::ListIndicators, owner_, stored, nullptr);
    Take(&Indicators::ListTargets, owner_ + "/indicators/-", stored, nullptr);
    Take(&Indicators::ListMeasurements, owner_ + "/indicators/-", stored, nullptr);
    if (lines != nullptr) std::sort(lines->begin(), lines->end());
    return stored;
  }

  // How many versions the frameworks of the owner have.
  int Versions() const {
    Everything versions;
    Take(&Catalogue::ListVersions, owner_ + "/frameworks/-", versions, nullptr);
    return static_cast<int>(versions.size());
  }

  const std::string& owner() const { return owner_; }
  Client& client() { return client_; }
  const Client& client() const { return client_; }

 private:
  template <typename Stub, typename Request, typename Response>
  void Take(grpc::Status (Stub::*list)(grpc::ClientContext*, const Request&, Response*), const std::string& parent,
            Everything& stored, Lines* lines) const {
    Request request;
    request.set_parent(parent);
    request.set_page_size(1000);
    do {
      auto page = client_.Call(list, request);
      ASSERT_TRUE(IsOk(page));
      const auto* field = Response::descriptor()->FindFieldByNumber(1);
      for (int i = 0; i < page.value.GetReflection()->FieldSize(page.value, field); ++i) {
        auto* resource = page.value.GetReflection()->MutableRepeatedMessage(&page.value, field, i);
        const auto& reflection = *resource->GetReflection();
        for (const char* name : {"etag", "create_time", "update_time", "latest_version"}) {
          const auto* differs = resource->GetDescriptor()->FindFieldByName(name);
          if (differs != nullptr) reflection.ClearField(resource, differs);
        }
        const auto* provenance = resource->GetDescriptor()->FindFieldByName("provenance");
        if (lines != nullptr && provenance != nullptr) {
          for (const auto& line :
               static_cast<const catalogue::v1::Provenance&>(reflection.GetMessage(*resource, provenance)).lines()) {
            lines->emplace_back(line.number(), line.text());
          }
        }
        stored[reflection.GetString(*resource, resource->GetDescriptor()->FindFieldByName("name"))] =
            resource->DebugString();
      }
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
  }

  const TestSuite& suite_;
  const std::string owner_;  // owners/GM0299
  Client client_;
};

}  // namespace regiokompas::test
