// Partial files are named as packages/files names them; test/packages/files compares the two.
#include "files/partial_path.h"

#include <unistd.h>

#include <doctest/doctest.h>
#include <regex>
#include <set>
#include <string>

using namespace attune;

namespace {

std::string with_pid(const std::string& name) {
  return "\\.partial-" + name + "-" + std::to_string(getpid()) + "-[0-9a-f]{16}";
}

}  // namespace

TEST_CASE("a partial path lies in the folder of the file, and says of what it is and who writes it") {
  CHECK(std::regex_match(partial_path_beside("/data/indexes/vectors.flat"),
                         std::regex("/data/indexes/" + with_pid("vectors\\.flat"))));
  CHECK(std::regex_match(partial_path_beside("vectors.flat"), std::regex(with_pid("vectors\\.flat"))));
  CHECK(std::regex_match(partial_path_beside("/vectors"), std::regex("/" + with_pid("vectors"))));
}

TEST_CASE("no two partial paths are the same") {
  std::set<std::string> paths;
  for (int i = 0; i < 1000; ++i) paths.insert(partial_path_beside("vectors.flat"));
  CHECK(paths.size() == 1000);
}

TEST_CASE("a long name is cut between two characters, and fits into a folder") {
  struct Case {
    std::size_t letters, kept_bytes;
  };
  // Behind the letters stand characters of three bytes.
  for (const Case& each : {Case{189, 192}, Case{190, 190}, Case{191, 191}, Case{192, 192}, Case{193, 192}}) {
    CAPTURE(each.letters);
    std::string name(each.letters, 'n');
    while (name.size() < 250) name += "\xE2\x82\xAC";
    const std::string partial = partial_path_beside("/data/" + name);
    const std::string pid = std::to_string(getpid());
    CHECK(partial.starts_with("/data/.partial-" + name.substr(0, each.kept_bytes) + "-" + pid + "-"));
    CHECK(partial.size() - std::string("/data/").size() <= 255);
  }
}
