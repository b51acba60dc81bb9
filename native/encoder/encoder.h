// What every encoder promises: token ids in, one vector a text out.
#pragma once
#include <vector>

#include "attune/progress.h"
#include "encoder/texts.h"

namespace attune {

class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual std::size_t dim() const noexcept = 0;  // of a vector that comes out

  // [texts, dim], in the order of the texts. A text's vector is the same, bit for bit, whatever other texts
  // are in the call and however many threads share it. Progress counts texts. Throws as check_texts does, and
  // Error CANCELLED.
  virtual std::vector<float> encode(const Texts& texts, Progress& progress) const = 0;
};

}  // namespace attune
