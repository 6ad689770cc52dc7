// An import that lasts longer than its token.
#include <gmock/gmock.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/resilience/deployment.h"
#include "tests/resilience/region.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kLifetime = absl::Seconds(6);

TEST(LongImportTest, GoesOnWithTheTokenThatTheFileHoldsByNow) {
  Deployment deployment;
  deployment.StartServices();
  const fs::path folder = deployment.directory() / "documents";
  fs::create_directory(folder);
  for (const DemoDocument& document : kDemoDocuments) {
    fs::copy_file(absl::StrCat(REGIOKOMPAS_SOURCE_DIR "/deploy/demo/", document.file), folder / document.file);
  }
  SqlSession sql(deployment.Superuser());
  // Whoever writes a draft waits, until the end of the first token.
  SqlSession blocker(deployment.Superuser());
  blocker.Query("BEGIN; LOCK TABLE intake.drafts IN EXCLUSIVE MODE");
  std::vector<std::string> owners;
  for (const DemoDocument& document : kDemoDocuments) {
    owners.push_back(absl::StrCat(document.owner, "=policy_officer"));
  }
  const std::string next = deployment.Token(owners);
  std::ofstream(deployment.directory() / "token") << deployment.Token(owners, kLifetime);
  const absl::Time expired = absl::Now() + kLifetime;
  const pid_t import = deployment.StartImport(folder);
  while (sql.Value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {
    ASSERT_LT(absl::Now(), expired) << "the import has not begun before its token expired";
    absl::SleepFor(absl::Milliseconds(5));
  }
  std::ofstream(deployment.directory() / "token") << next;
  absl::SleepFor(expired - absl::Now());
  blocker.Query("COMMIT");
  EXPECT_EQ(Deployment::Finish(import), 0);
  EXPECT_EQ(sql.Value("SELECT count(*) FROM intake.drafts"), absl::StrCat(std::size(kDemoDocuments)));
}

}  // namespace
}  // namespace regiokompas::test
