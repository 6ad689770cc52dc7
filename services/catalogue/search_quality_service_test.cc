// Questions of officers over the five real documents, loaded for their municipalities and shared with one of them. The
// documents stand beside the repository, where continuous integration has them.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using Collaboration = collaboration::v1::CollaborationService::Stub;
using Intake = intake::v1::IntakeService::Stub;
using testing::Ge;
using testing::SizeIs;

constexpr char kSeeds[] = REGIOKOMPAS_SOURCE_DIR "/../shared/seeds";
constexpr char kQuestions[] = REGIOKOMPAS_SOURCE_DIR "/tests/cases/catalogue/search_questions.tsv";

struct Question {
  std::string text;
  std::vector<std::string> expected;  // parts of titles
};

std::string TextOf(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<Question> Questions() {
  std::vector<Question> questions;
  for (const auto line : absl::StrSplit(TextOf(kQuestions), '\n', absl::SkipEmpty())) {
    if (line.front() == '#') continue;
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    questions.push_back({columns.at(0), absl::StrSplit(columns.at(1), " | ")});
  }
  return questions;
}

class SearchQualityTest : public ConformanceTest {
 protected:
  // Reads a document of `owner` and takes over everything in it.
  void Import(const std::string& owner, const std::filesystem::path& path) {
    const Client client = ClientOf(owner);
    intake::v1::ParseDocumentRequest parse;
    parse.set_parent(OwnerName(owner));
    parse.set_content(TextOf(path));
    parse.set_file_name(path.filename());
    parse.set_request_id(NewRequestId());
    const auto draft = client.Call(&Intake::ParseDocument, parse);
    ASSERT_TRUE(IsOk(draft));
    intake::v1::AcceptDraftRequest accept;
    accept.set_name(draft.value.name());
    accept.set_etag(draft.value.etag());
    accept.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(client.Call(&Intake::AcceptDraft, accept)));
  }

  void Share(const std::string& giver) {
    collaboration::v1::CreateSharingGrantRequest request;
    request.set_parent(OwnerName(giver));
    request.set_sharing_grant_id("deling-1");
    request.set_request_id(NewRequestId());
    collaboration::v1::SharingGrant& grant = *request.mutable_sharing_grant();
    grant.set_display_name("Om van elkaar te leren");
    grant.set_receiver(kOwner);
    grant.set_scope(OwnerName(giver) + "/frameworks/-");
    grant.mutable_until_time()->set_seconds(absl::ToUnixSeconds(StartOfTest() + absl::Hours(24)));
    ASSERT_TRUE(IsOk(ClientOf(giver).Call(&Collaboration::CreateSharingGrant, request)));
  }
};

TEST_F(SearchQualityTest, OfficersFindWhatTheyAskFor) {
  if (!std::filesystem::is_directory(kSeeds)) GTEST_SKIP() << "the documents are not here";
  const std::map<std::string, std::string> owners = {{"hulst", "GM0677"},
                                                     {"zevenaar", "GM0299"},
                                                     {"leidschendam", "GM1916"},
                                                     {"soest", "GM0342"},
                                                     {"bronckhorst", "GM1876"}};
  int documents = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSeeds)) {
    const std::string file = entry.path().filename();
    const auto owner = owners.find(file.substr(0, file.find('-')));
    if (owner == owners.end()) continue;
    ASSERT_NO_FATAL_FAILURE(Import(owner->second, entry.path()));
    ++documents;
    if (owner->second != kOwner) {
      ASSERT_NO_FATAL_FAILURE(Share(owner->second));
    }
  }
  ASSERT_EQ(documents, 5);
  suite_.PollShares();

  const std::vector<Question> questions = Questions();
  ASSERT_THAT(questions, SizeIs(Ge(40)));
  double recall = 0;
  for (const Question& question : questions) {
    catalogue::v1::SearchCatalogueRequest request;
    request.set_parent(OwnerName(kOwner));
    request.set_query(question.text);
    request.set_include_shared(true);
    request.set_page_size(10);
    const auto answer = client_.Call(&Catalogue::SearchCatalogue, request);
    ASSERT_TRUE(IsOk(answer));
    double found = 0;
    for (const std::string& expected : question.expected) {
      const auto fits = [&](const catalogue::v1::SearchHit& hit) {
        return hit.display_name().find(expected) != std::string::npos;
      };
      if (std::any_of(answer.value.hits().begin(), answer.value.hits().end(), fits)) {
        ++found;
      } else {
        std::cout << "not found: " << question.text << " -> " << expected << "\n";
      }
    }
    recall += found / static_cast<double>(question.expected.size());
  }
  recall /= static_cast<double>(questions.size());
  RecordProperty("recall_at_10", absl::StrCat(recall));
  std::cout << "recall at 10 over " << questions.size() << " questions: " << recall << "\n";
  EXPECT_GE(recall, 0.8);
}

}  // namespace
}  // namespace regiokompas::test
