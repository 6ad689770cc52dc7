#include "services/cli/document_files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DocumentFilesTest : public ::testing::Test {
 protected:
  DocumentFilesTest() {
    std::string pattern = (fs::temp_directory_path() / "regiokompas-files.XXXXXX").string();
    root_ = fs::path(mkdtemp(pattern.data())) / "map";
    fs::create_directory(root_);
  }
  ~DocumentFilesTest() override { fs::remove_all(root_.parent_path()); }

  std::string Make(const std::string& name) {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "tekst";
    return path.string();
  }

  fs::path root_;
};

TEST_F(DocumentFilesTest, WalksFoldersInAFixedOrder) {
  const std::string c = Make("c.txt");
  const std::string deep = Make("a/b/z.html");
  const std::string upper = Make("B.PDF");
  const DocumentFiles found = FindDocuments({root_.string()});
  EXPECT_TRUE(found.any_folder);
  EXPECT_THAT(found.paths, ElementsAre(upper, deep, c));
}

TEST_F(DocumentFilesTest, KeepsTheOrderOfTheWordsAndFilesThatAreNamed) {
  const std::string inside = Make("a.txt");
  const std::string image = Make("b.png");
  const DocumentFiles found = FindDocuments({"/er/is/geen.txt", root_.string(), image});
  EXPECT_THAT(found.paths, ElementsAre("/er/is/geen.txt", inside, image));
  EXPECT_FALSE(FindDocuments({image}).any_folder);
}

TEST_F(DocumentFilesTest, CountsWhatIsLeftOut) {
  const std::string read = Make("a.txt");
  Make(".verborgen.txt");
  Make(".map/b.txt");
  Make("plaatje.png");
  Make("zonder-soort");
  Make("../buiten/c.txt");
  fs::create_symlink(root_.parent_path() / "buiten", root_ / "naar-buiten");
  fs::create_symlink(root_, root_ / "naar-zichzelf");
  fs::create_symlink(root_.parent_path() / "buiten/c.txt", root_ / "d.txt");
  fs::create_symlink(root_ / "nergens", root_ / "e.txt");
  const DocumentFiles found = FindDocuments({root_.string()});
  EXPECT_THAT(found.paths, ElementsAre(read));
  EXPECT_EQ(found.hidden, 2);
  EXPECT_EQ(found.other_types, 2);
  EXPECT_EQ(found.links, 4);
  EXPECT_THAT(found.unreadable, IsEmpty());
}

TEST_F(DocumentFilesTest, FollowsALinkThatIsNamed) {
  Make("a.txt");
  const fs::path link = root_.parent_path() / "koppeling";
  fs::create_directory_symlink(root_, link);
  EXPECT_THAT(FindDocuments({link.string()}).paths, ElementsAre((link / "a.txt").string()));
}

TEST_F(DocumentFilesTest, ReadsAFolderThatIsVeryDeep) {
  std::string name;
  for (int i = 0; i < 400; ++i) name += "m/";
  const std::string deep = Make(name + "a.txt");
  EXPECT_THAT(FindDocuments({root_.string()}).paths, ElementsAre(deep));
}

}  // namespace
}  // namespace regiokompas::cli
