// An import that lasts longer than its token.
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/resilience/deployment.h"
#include "tests/resilience/region.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kLifetime = absl::Seconds(10);

// As docs/operations/install.md asks.
void ReplaceToken(const fs::path& directory, const std::string& token) {
  std::ofstream(directory / "token.new") << token;
  fs::rename(directory / "token.new", directory / "token");
}

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
  ReplaceToken(deployment.directory(), deployment.Token(owners, kLifetime));
  const absl::Time expired = absl::Now() + kLifetime;
  const pid_t import = deployment.StartImport(folder);
  const auto waits = [&sql] {
    return sql.Value("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'intake.drafts'::regclass") != "0";
  };
  bool begun = waits();
  for (; !begun && absl::Now() < expired; begun = waits()) absl::SleepFor(absl::Milliseconds(5));
  if (!begun) {
    kill(import, SIGKILL);
    Deployment::Finish(import);
    FAIL() << "the import has not begun before its token expired";
  }
  ReplaceToken(deployment.directory(), next);
  absl::SleepFor(expired - absl::Now());
  blocker.Query("COMMIT");
  EXPECT_EQ(Deployment::Finish(import), 0);
  EXPECT_EQ(sql.Value("SELECT count(*) FROM intake.drafts"), absl::StrCat(std::size(kDemoDocuments)));
}

}  // namespace
}  // namespace regiokompas::test
