#include "common/obs/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

namespace regiokompas::obs {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends), 0); }
  int ends[2] = {-1, -1};
};

class LogTest : public testing::Test {
 protected:
  ~LogTest() override {
    ::close(pipe_.ends[0]);
    if (pipe_.ends[1] >= 0) ::close(pipe_.ends[1]);
  }

  // Everything written so far; nothing can be written after this.
  std::string Written() {
    ::close(pipe_.ends[1]);
    pipe_.ends[1] = -1;
    std::string text;
    char block[4096];
    for (ssize_t size; (size = ::read(pipe_.ends[0], block, sizeof(block))) > 0;) text.append(block, size);
    return text;
  }

  Pipe pipe_;
  FixedClock clock_{absl::FromCivil(absl::CivilSecond(2026, 1, 15, 9, 30, 0), absl::UTCTimeZone()) +
                    absl::Microseconds(42)};
  Logger logger_{clock_, pipe_.ends[1]};
};

TEST_F(LogTest, WritesOneLineWithTheFieldsInOrder) {
  const std::string owner = "GM0677";
  logger_.Write(Severity::kWarning, "call",
                {{"owner", owner}, {"code", "OK"}, {"rows", 3}, {"seconds", 0.25}, {"cached", true}});
  EXPECT_EQ(Written(), R"({"time":"2026-01-15T09:30:00.000042Z","severity":"WARNING","event":"call",)"
                       R"("owner":"GM0677","code":"OK","rows":3,"seconds":0.25,"cached":true})"
                       "\n");
}

TEST_F(LogTest, NamesEverySeverity) {
  for (const Severity severity : {Severity::kDebug, Severity::kInfo, Severity::kWarning, Severity::kError}) {
    logger_.Write(severity, "x");
  }
  std::vector<std::string> names;
  for (const auto& line : absl::StrSplit(Written(), '\n', absl::SkipEmpty())) {
    names.push_back(nlohmann::json::parse(std::string(line)).at("severity"));
  }
  EXPECT_THAT(names, testing::ElementsAre("DEBUG", "INFO", "WARNING", "ERROR"));
}

TEST_F(LogTest, AnyBytesStayOneValidLine) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  logger_.Write(Severity::kInfo, all, {{all, all}, {"tekst", "één \"regel\"\n"}});
  const std::string text = Written();
  ASSERT_EQ(text.find('\n'), text.size() - 1);
  const auto line = nlohmann::json::parse(text);  // refuses invalid UTF-8 and bare control characters
  EXPECT_EQ(line.at("tekst"), "één \"regel\"\n");
  const std::string event = line.at("event");
  EXPECT_EQ(event.substr(0, 128), all.substr(0, 128));
  EXPECT_EQ(event.substr(128, 3), "\xEF\xBF\xBD");
}

TEST_F(LogTest, KeepsWholeNumbersAndHasNoInfinity) {
  logger_.Write(Severity::kInfo, "x",
                {{"large", std::numeric_limits<int64_t>::min()}, {"endless", std::numeric_limits<double>::infinity()}});
  const auto line = nlohmann::json::parse(Written());
  EXPECT_EQ(line.at("large").get<int64_t>(), std::numeric_limits<int64_t>::min());
  EXPECT_TRUE(line.at("endless").is_null());
}

TEST_F(LogTest, AFieldCannotReplaceWhatTheLoggerSays) {
  logger_.Write(Severity::kError, "call", {{"severity", "INFO"}, {"time", "never"}});
  const auto line = nlohmann::json::parse(Written());
  EXPECT_EQ(line.at("severity"), "ERROR");
  EXPECT_EQ(line.at("time"), "2026-01-15T09:30:00.000042Z");
}

TEST_F(LogTest, LinesOfManyThreadsDoNotMix) {
  // Longer than a pipe holds, so that writes happen in parts, and read at the same time.
  const std::string padding(20000, 'x');
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) logger_.Write(Severity::kInfo, "x", {{"thread", thread}, {"padding", padding}});
    });
  }
  std::thread closer([&] {
    for (auto& thread : threads) thread.join();
    ::close(pipe_.ends[1]);
  });
  std::string text;
  char block[4096];
  for (ssize_t size; (size = ::read(pipe_.ends[0], block, sizeof(block))) > 0;) text.append(block, size);
  closer.join();
  pipe_.ends[1] = -1;
  int lines = 0;
  for (const auto& line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    EXPECT_EQ(nlohmann::json::parse(std::string(line)).at("padding"), padding);
    ++lines;
  }
  EXPECT_EQ(lines, 100);
}

TEST_F(LogTest, AClosedFileIsNoReasonToStop) {
  Logger logger(clock_, -1);
  logger.Write(Severity::kInfo, "x");
  EXPECT_EQ(Written(), "");
}

}  // namespace
}  // namespace regiokompas::obs
