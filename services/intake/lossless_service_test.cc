// Documents go into the catalogue without loss: every line that is not blank can be read back, in its place, once. Over
// gRPC against a running suite, with the demonstration documents, the real ones where they are at hand, and damaged
// ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/intake_office_service_test.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Intake = intake::v1::IntakeService::Stub;
using Progress = progress::v1::ProgressService::Stub;

struct File {
  std::string name;
  std::string text;
};

std::vector<File> Documents() {
  const std::filesystem::path root = REGIOKOMPAS_SOURCE_DIR;
  std::vector<File> files;
  for (const std::filesystem::path& folder : {root / "deploy/demo", root.parent_path() / "shared/seeds"}) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".txt") continue;
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      files.push_back({entry.path().filename(), text.str()});
    }
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

bool IsBlank(std::string line) {
  for (size_t at = 0; (at = line.find("\xC2\xA0")) != std::string::npos;) line.erase(at, 2);
  return line.find_first_not_of(" \t\f\v") == std::string::npos;
}

std::vector<std::string> SplitText(const std::string& text) { return absl::StrSplit(text, '\n'); }

// The lines of a text that are not blank, with their numbers.
Lines LinesOf(const std::string& text) {
  Lines lines;
  int number = 0;
  for (std::string line : SplitText(text)) {
    if (number++ == 0 && absl::StartsWith(line, "\xEF\xBB\xBF")) line.erase(0, 3);
    if (absl::EndsWith(line, "\r")) line.pop_back();
    if (!IsBlank(line)) lines.emplace_back(number, line);
  }
  return lines;
}

class LosslessTest : public testing::Test {
 protected:
  intake::v1::ParseDocumentRequest ParseRequest(const std::string& owner, const std::string& text) {
    return IntakeOffice(suite_, owner).ParseRequest(text);
  }

  // Reads a document in, all the way, and returns its draft as it was before. A word that nobody has given a meaning
  // gets one, as an officer gives it.
  intake::v1::Draft Import(const intake::v1::ParseDocumentRequest& request) {
    const Client officer = Officer(request.municipality());
    const auto draft = officer.Call(&Intake::ParseDocument, request);
    EXPECT_TRUE(IsOk(draft));
    intake::v1::AcceptDraftRequest accept;
    accept.set_name(draft.value.name());
    accept.set_etag(draft.value.etag());
    accept.set_request_id(NewRequestId());
    auto accepted = officer.Call(&Intake::AcceptDraft, accept);
    if (accepted.reason() == "DOCUMENT_KIND_UNKNOWN") {
      accept.set_etag(StateKind(officer, draft.value));
      accepted = officer.Call(&Intake::AcceptDraft, accept);
    }
    while (accepted.reason() == "STATUS_WORD_UNMAPPED") {
      const auto mapping = CreateMapping(request.parent(), absl::StrCat("woord-", ++words_),
                                         accepted.error_info().metadata().at("word"), progress::v1::STATUS_ON_TRACK);
      const auto mapped = officer.Call(&Progress::CreateStatusMapping, mapping);
      EXPECT_TRUE(IsOk(mapped));
      if (!mapped.ok()) break;
      accepted = officer.Call(&Intake::AcceptDraft, accept);
    }
    EXPECT_TRUE(IsOk(accepted));
    return draft.value;
  }

  // Says of a document that does not tell itself what kind it is of, and returns the new etag of its draft.
  static std::string StateKind(const Client& officer, const intake::v1::Draft& draft) {
    intake::v1::CorrectDraftRequest correct;
    correct.set_name(draft.name());
    correct.set_etag(draft.etag());
    intake::v1::Correction& correction = *correct.add_corrections();
    correction.set_element_id("source");
    correction.mutable_source()->set_title(draft.display_name());
    correction.mutable_source()->set_document_kind(intake::v1::DOCUMENT_KIND_PROGRAMME_BUDGET);
    correct.set_request_id(NewRequestId());
    const auto corrected = officer.Call(&Intake::CorrectDraft, correct);
    EXPECT_TRUE(IsOk(corrected));
    return corrected.value.etag();
  }

  Client Officer(const std::string& owner) { return Client(suite_.channel(), suite_.Officer(owner)); }

  // Every element of the owner's catalogue by name, as far as it was read from `document`; all when that is empty.
  std::map<std::string, std::string> Stored(const std::string& owner, const std::string& document, Lines* lines) {
    std::map<std::string, std::string> stored;
    const std::string parent = OwnerName(owner);
    const auto take = [&](const auto& resource) {
      if (!document.empty() && resource.provenance().document() != document) return;
      stored[resource.name()] = resource.SerializeAsString();
      for (const auto& line : resource.provenance().lines()) lines->emplace_back(line.number(), line.text());
    };
    TakeAll(&Catalogue::ListFrameworks, owner, parent, [&](const auto& page) {
      for (const auto& framework : page.frameworks()) take(framework);
    });
    TakeAll(&Catalogue::ListSections, owner, parent + "/frameworks/-", [&](const auto& page) {
      for (const auto& section : page.sections()) take(section);
    });
    TakeAll(&Catalogue::ListGoals, owner, parent + "/frameworks/-", [&](const auto& page) {
      for (const auto& goal : page.goals()) take(goal);
    });
    TakeAll(&Catalogue::ListActivities, owner, parent, [&](const auto& page) {
      for (const auto& activity : page.activities()) take(activity);
    });
    TakeAll(&Catalogue::ListContributions, owner, parent + "/activities/-", [&](const auto& page) {
      for (const auto& contribution : page.contributions()) take(contribution);
    });
    std::sort(lines->begin(), lines->end());
    return stored;
  }

  template <typename Request, typename Response, typename Take>
  void TakeAll(grpc::Status (Catalogue::*list)(grpc::ClientContext*, const Request&, Response*),
               const std::string& owner, const std::string& parent, Take take) {
    Request request;
    request.set_parent(parent);
    request.set_page_size(1000);
    do {
      const auto page = Officer(owner).Call(list, request);
      ASSERT_TRUE(IsOk(page));
      take(page.value);
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
  }

  // "framework/version" of every version of the owner.
  std::vector<std::string> Versions(const std::string& owner) {
    std::vector<std::string> versions;
    TakeAll(&Catalogue::ListVersions, owner, OwnerName(owner) + "/frameworks/-", [&](const auto& page) {
      for (const auto& version : page.versions()) versions.push_back(version.name());
    });
    return versions;
  }

  // The lines of `document` in a version.
  Lines LinesOfVersion(const std::string& owner, const std::string& version, const std::string& document) {
    catalogue::v1::StreamFrameworkRequest request;
    request.set_name(version.substr(0, version.find("/versions/")));
    request.set_version_id(version.substr(version.rfind('/') + 1));
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + suite_.Officer(owner));
    const auto reader = Catalogue(suite_.channel()).StreamFramework(&context, request);
    Lines lines;
    catalogue::v1::StreamFrameworkResponse message;
    while (reader->Read(&message)) {
      const auto& provenance = message.has_framework()      ? message.framework().provenance()
                               : message.has_section()      ? message.section().provenance()
                               : message.has_goal()         ? message.goal().provenance()
                               : message.has_contribution() ? message.contribution().provenance()
                                                            : message.activity().provenance();
      if (provenance.document() != document) continue;
      for (const auto& line : provenance.lines()) lines.emplace_back(line.number(), line.text());
    }
    EXPECT_TRUE(reader->Finish().ok());
    return lines;
  }

  TestSuite suite_;
  int words_ = 0;
};

TEST_F(LosslessTest, EveryLineOfADocumentCanBeReadBackOnce) {
  int number = 8000;
  for (const File& file : Documents()) {
    SCOPED_TRACE(file.name);
    // Each has an owner of its own: a second document of one source is another reading of it.
    const std::string owner = absl::StrCat("GM", ++number);
    const std::string document = Import(ParseRequest(owner, file.text)).document();
    Lines lines;
    const auto first = Stored(owner, document, &lines);
    const Lines printed = LinesOf(file.text);
    ASSERT_GT(printed.size(), 30u);
    EXPECT_EQ(lines, printed);

    Import(ParseRequest(owner, file.text));
    Lines again;
    EXPECT_EQ(Stored(owner, document, &again), first);
  }
}

// A line that one reading left to an element stays there when the document is read in another way.
TEST_F(LosslessTest, AnotherReadingOfADocumentAddsNoLine) {
  const File file = Documents().front();
  auto request = ParseRequest(kOwner, file.text);
  const std::string document = Import(request).document();
  Lines lines;
  const auto before = Stored(kOwner, document, &lines);
  request.set_profile("generic");
  request.set_request_id(NewRequestId());
  Import(request);
  Lines again;
  EXPECT_NE(Stored(kOwner, document, &again), before) << "the other profile reads something else";
  EXPECT_EQ(again, LinesOf(file.text));
}

// Lines are dropped, printed twice and swapped. Each is a first reading: its owner has nothing yet.
TEST_F(LosslessTest, DamagedDocumentsLoseNothingEither) {
  constexpr int kSeeds = 20;
  const std::vector<File> files = Documents();
  for (int seed = 0; seed < kSeeds; ++seed) {
    const File& file = files[seed % files.size()];
    SCOPED_TRACE(absl::StrCat(file.name, " seed ", seed));
    std::mt19937 random(seed);
    std::vector<std::string> text = SplitText(file.text);
    for (int change = 0; change < 15; ++change) {
      const size_t at = random() % text.size();
      const size_t other = random() % text.size();
      switch (random() % 3) {
        case 0:
          text.erase(text.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        case 1:
          text.insert(text.begin() + static_cast<std::ptrdiff_t>(other), std::string(text[at]));
          break;
        default:
          std::swap(text[at], text[other]);
      }
    }
    const std::string damaged = absl::StrJoin(text, seed % 2 == 0 ? "\n" : "\r\n");
    const std::string owner = absl::StrCat("GM", 9000 + seed);
    const std::string document = Import(ParseRequest(owner, damaged)).document();
    Lines lines;
    Stored(owner, document, &lines);
    EXPECT_EQ(lines, LinesOf(damaged));
  }
}

TEST_F(LosslessTest, TheWholeTextOfALargeSectionFits) {
  std::string text = "Beleidskader zorg\nInleiding\n";
  while (text.size() < 1'000'000) {
    absl::StrAppend(&text, "Deze zin van het verhaal is lang genoeg om er ook een te zijn, nummer ", text.size(),
                    ".\n");
  }
  auto request = ParseRequest(kOwner, text);
  request.set_profile("themed-narrative");
  const std::string document = Import(request).document();
  Lines lines;
  Stored(kOwner, document, &lines);
  EXPECT_EQ(lines, LinesOf(text));
}

// What was handed in was published, so it is adopted, once, with every line.
TEST_F(LosslessTest, WhatIsReadInIsAdoptedOnce) {
  const File file = Documents().front();
  const std::string document = Import(ParseRequest(kOwner, file.text)).document();
  Lines lines;
  for (const auto& [name, body] : Stored(kOwner, document, &lines)) {
    if (absl::StrContains(name, "/frameworks/") && std::count(name.begin(), name.end(), '/') == 3) {
      catalogue::v1::GetFrameworkRequest get;
      get.set_name(name);
      const auto framework = Officer(kOwner).Call(&Catalogue::GetFramework, get);
      EXPECT_EQ(framework.value.state(), catalogue::v1::FRAMEWORK_STATE_ADOPTED);
      EXPECT_EQ(framework.value.latest_version(), name + "/versions/v1");
    }
  }
  const std::vector<std::string> versions = Versions(kOwner);
  ASSERT_THAT(versions, testing::Not(testing::IsEmpty()));
  Lines adopted;
  for (const std::string& version : versions) {
    const Lines part = LinesOfVersion(kOwner, version, document);
    adopted.insert(adopted.end(), part.begin(), part.end());
  }
  std::sort(adopted.begin(), adopted.end());
  adopted.erase(std::unique(adopted.begin(), adopted.end()), adopted.end());
  EXPECT_EQ(adopted, LinesOf(file.text));

  Import(ParseRequest(kOwner, file.text));
  EXPECT_EQ(Versions(kOwner), versions);
}

// What an owner has dropped comes back neither with the document that it came from nor in place of what another
// document says.
TEST_F(LosslessTest, WhatWasDroppedStaysDropped) {
  const File file = Documents().front();
  const std::string title = Import(ParseRequest(kOwner, file.text)).display_name();
  const Client officer = Officer(kOwner);
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent(OwnerName(kOwner));
  list.set_page_size(1000);
  const auto before = officer.Call(&Catalogue::ListActivities, list).value;
  const std::string dropped = before.activities(2).name();
  TakeAll(&Catalogue::ListContributions, kOwner, dropped, [&](const auto& page) {
    for (const auto& contribution : page.contributions()) {
      catalogue::v1::DeleteContributionRequest drop;
      drop.set_name(contribution.name());
      drop.set_request_id(NewRequestId());
      ASSERT_TRUE(IsOk(officer.Call(&Catalogue::DeleteContribution, drop)));
    }
  });
  catalogue::v1::DeleteActivityRequest drop;
  drop.set_name(dropped);
  drop.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(officer.Call(&Catalogue::DeleteActivity, drop)));
  const std::vector<std::string> versions = Versions(kOwner);

  Import(ParseRequest(kOwner, file.text));
  EXPECT_EQ(officer.Call(&Catalogue::ListActivities, list).value.activities_size(), before.activities_size() - 1);
  EXPECT_EQ(Versions(kOwner), versions);

  // Another source: its title and its identifier, if it prints one, are others.
  const std::string other = absl::StrReplaceAll(file.text, {{title, title + " en verder"}, {"CVDR", "CVDR9"}}) +
                            "\nEen regel die er nog niet stond.\n";
  const std::string second = Import(ParseRequest(kOwner, other)).document();
  EXPECT_EQ(officer.Call(&Catalogue::ListActivities, list).value.activities_size(), before.activities_size());
  catalogue::v1::GetActivityRequest get;
  get.set_name(dropped + "-2");
  EXPECT_EQ(officer.Call(&Catalogue::GetActivity, get).value.display_name(), before.activities(2).display_name());
  Lines lines;
  Stored(kOwner, second, &lines);
  EXPECT_EQ(lines, LinesOf(other));
}

}  // namespace
}  // namespace regiokompas::test
