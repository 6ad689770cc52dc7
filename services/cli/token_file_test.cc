#include "services/cli/token_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"

namespace regiokompas::cli {
namespace {

using testing::ElementsAre;

// Signed by nobody.
std::string TokenOf(const std::string& subject, const std::string& owner) {
  const std::string claims = absl::StrCat(R"({"sub": ")", subject, R"(", "owners": [{"id": ")", owner, R"("}]})");
  return absl::StrCat("kop.", absl::WebSafeBase64Escape(claims), ".handtekening");
}

class TokenFileTest : public testing::Test {
 protected:
  explicit TokenFileTest(std::string path = "/tmp/rk.XXXXXX") : directory_(mkdtemp(path.data())) {}
  ~TokenFileTest() override { std::filesystem::remove_all(directory_); }

  std::string Path() const { return directory_ / "token"; }
  void Write(const std::string& text) const { std::ofstream(Path()) << text; }

  const std::filesystem::path directory_;
  const std::string first_ = TokenOf("eerste", "GM0677");
  const std::string second_ = TokenOf("tweede", "GM0677");
};

TEST_F(TokenFileTest, FollowsTheFile) {
  Write(first_ + "\n");
  const auto token = TokenFile::Open(Path()).value();
  EXPECT_EQ(token->Current(), first_);
  EXPECT_THAT(token->owners(), ElementsAre("GM0677"));
  Write(second_ + "\n");
  EXPECT_EQ(token->Current(), second_);
}

// As a kubelet does: the name points into ..data, and ..data to the newest version.
TEST_F(TokenFileTest, FollowsAMountedFile) {
  for (const char* version : {"..1", "..2"}) std::filesystem::create_directory(directory_ / version);
  std::ofstream(directory_ / "..1/token") << first_;
  std::ofstream(directory_ / "..2/token") << second_;
  std::filesystem::create_symlink("..1", directory_ / "..data");
  std::filesystem::create_symlink("..data/token", Path());
  const auto token = TokenFile::Open(Path()).value();
  EXPECT_EQ(token->Current(), first_);
  std::filesystem::create_symlink("..2", directory_ / "..new");
  std::filesystem::rename(directory_ / "..new", directory_ / "..data");
  EXPECT_EQ(token->Current(), second_);
}

TEST_F(TokenFileTest, KeepsTheLastTokenWhileThereIsNone) {
  Write(first_);
  const auto token = TokenFile::Open(Path()).value();
  Write("");
  EXPECT_EQ(token->Current(), first_);
  Write(second_.substr(0, second_.size() / 2));
  EXPECT_EQ(token->Current(), first_);
  std::filesystem::remove(Path());
  EXPECT_EQ(token->Current(), first_);
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  EXPECT_EQ(token->Current(), first_) << "and does not wait for the other end of a pipe";
  std::filesystem::remove(Path());
  Write(second_);
  EXPECT_EQ(token->Current(), second_);
}

TEST_F(TokenFileTest, KeepsTheLastTokenWhileTheFileStillChanges) {
  Write(first_);
  std::function<void()> meanwhile = [] {};
  const auto token = TokenFile::Open(Path(), [&] { meanwhile(); }).value();
  // The cut is within the signature: all that can be read of the token is there.
  Write(second_.substr(0, second_.size() - 3));
  meanwhile = [&] { Write(second_); };
  EXPECT_EQ(token->Current(), first_);
  meanwhile = [&] { std::filesystem::remove(Path()); };
  EXPECT_EQ(token->Current(), first_);
  Write(second_);
  meanwhile = [] {};
  EXPECT_EQ(token->Current(), second_);
}

// Files in memory, where a token leaves nothing on a disk.
class TokenInMemoryTest : public TokenFileTest {
 protected:
  TokenInMemoryTest() : TokenFileTest("/dev/shm/rk.XXXXXX") {}
};

TEST_F(TokenInMemoryTest, FollowsTheFile) {
  Write(first_);
  const auto token = TokenFile::Open(Path()).value();
  Write(second_);
  EXPECT_EQ(token->Current(), second_);
}

TEST_F(TokenFileTest, ReadsAPipeOnce) {
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  std::thread writer([this] { Write(first_); });
  const auto token = TokenFile::Open(Path()).value();
  writer.join();
  EXPECT_EQ(token->Current(), first_);
  std::filesystem::remove(Path());
  Write(second_);
  EXPECT_EQ(token->Current(), first_);
}

TEST_F(TokenFileTest, WantsATokenAtFirst) {
  EXPECT_EQ(TokenFile::Open(Path()).status().code(), absl::StatusCode::kFailedPrecondition);
  Write("geen token");
  EXPECT_EQ(errors::ReasonOf(TokenFile::Open(Path()).status()), "TOKEN_INVALID");
}

}  // namespace
}  // namespace regiokompas::cli
