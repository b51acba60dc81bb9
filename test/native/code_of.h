// The code of the error that a call ends with.
#pragma once
#include <string>

#include "attune/error.h"

namespace attune {

inline std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

}  // namespace attune
