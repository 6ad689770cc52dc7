#include "services/intake/parser/block_reader.h"

#include "services/intake/parser/line_reader.h"

namespace regiokompas::intake {

Blocks ReadBlocks(const std::vector<Line>& lines, const Profile& profile, const Profile& common) {
  return LineReader(lines, profile, common).Read();
}

}  // namespace regiokompas::intake
