// The one exception of the core. It carries a code of packages/errors, and crosses into JavaScript in
// native/binding alone.
#pragma once
#include <stdexcept>
#include <string>

namespace attune {

class Error : public std::runtime_error {
 public:
  Error(const char* code, const std::string& message) : std::runtime_error(message), code_(code) {}
  const char* code() const noexcept { return code_; }

 private:
  const char* code_;  // a literal, such as "INVALID_ARGUMENT"
};

}  // namespace attune
