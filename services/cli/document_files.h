// Which documents a person means by the words of a command line.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace regiokompas::cli {

// What was found.
struct DocumentFiles {
  // The files: those that are named as they stand, those of a folder in the order of the bytes of their paths.
  std::vector<std::string> paths;
  // Whether a folder was named.
  bool any_folder = false;
  // What was left out of folders: hidden files and folders, links, and files of a type that cannot be read.
  int hidden = 0;
  int links = 0;
  int other_types = 0;
  // Folders that could not be read, with the reason of the system.
  std::vector<std::pair<std::string, std::string>> unreadable;
};

// Files and folders by name. A folder is walked with all folders in it; links in it are not followed, so that nothing
// outside it is read, nothing is read twice and there are no loops. A word that is no folder is a file, there or not.
DocumentFiles FindDocuments(const std::vector<std::string>& words);

}  // namespace regiokompas::cli
