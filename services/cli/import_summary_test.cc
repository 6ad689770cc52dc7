#include "services/cli/import_summary.h"

#include <cstdlib>
#include <sstream>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace regiokompas::cli {
namespace {

ImportSummary Sample() {
  ImportSummary summary;
  summary.LeaveOut(2, 0, 1);
  summary.Add(ImportOutcome::kAccepted);
  summary.Add(ImportOutcome::kAccepted);
  summary.Add(ImportOutcome::kKnown);
  summary.Add(ImportOutcome::kWaiting, "MATCH_UNDECIDED", "Beslis eerst");
  summary.Add(ImportOutcome::kRefused, "DOCUMENT_EMPTY", "Het document is leeg");
  summary.Add(ImportOutcome::kRefused, "DOCUMENT_EMPTY", "Het document is leeg");
  summary.Add(ImportOutcome::kRefused, "", "No such file");
  summary.Add(ImportOutcome::kRefused, "", "Permission denied");
  summary.Stop(3);
  return summary;
}

TEST(ImportSummary, PrintsATableWithTheReasons) {
  unsetenv("LANG");
  std::ostringstream out;
  Sample().Print(out);
  EXPECT_EQ(out.str(),
            "       2  overgenomen\n"
            "       1  stond er al\n"
            "       1  wacht op een beleidsmedewerker\n"
            "           1  Beslis eerst [MATCH_UNDECIDED]\n"
            "       4  geweigerd\n"
            "           2  Het document is leeg [DOCUMENT_EMPTY]\n"
            "           1  No such file\n"
            "           1  Permission denied\n"
            "       2  verborgen, overgeslagen\n"
            "       1  van een ander soort, overgeslagen\n"
            "       3  niet meer aan begonnen\n");
}

TEST(ImportSummary, PrintsOneJsonObject) {
  std::ostringstream out;
  Sample().PrintAsJson(out);
  google::protobuf::Struct object;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(out.str(), &object).ok()) << out.str();
  EXPECT_EQ(object.fields().at("accepted").number_value(), 2);
  EXPECT_EQ(object.fields().at("waiting").number_value(), 1);
  EXPECT_EQ(object.fields().at("refused").number_value(), 4);
  EXPECT_EQ(object.fields().at("notBegun").number_value(), 3);
  ASSERT_EQ(object.fields().at("reasons").list_value().values_size(), 4);
  const auto& waiting = object.fields().at("reasons").list_value().values(0).struct_value().fields();
  EXPECT_EQ(waiting.at("code").string_value(), "MATCH_UNDECIDED");
}

TEST(ImportSummary, AddsUpWhatWasRead) {
  unsetenv("LANG");
  intake::v1::ParsedDocument parsed;
  parsed.mutable_source()->set_profile("generic");
  parsed.add_goals();
  ImportSummary summary;
  summary.AddRead(parsed, 90, 3);
  summary.AddRead(parsed, 110, 0);
  std::ostringstream out;
  summary.Print(out);
  EXPECT_EQ(out.str(),
            "       2  gelezen\n"
            "           2  profiel generic\n"
            "       2  doelen\n"
            "     200  regels, waarvan niet herkend 3 (1,5%)\n");
}

}  // namespace
}  // namespace regiokompas::cli
