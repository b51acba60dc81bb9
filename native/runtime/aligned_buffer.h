// Memory for numbers that kernels stream:
// it begins at a cache line, so that no register-wide load crosses two.
#pragma once
#include <cstddef>
#include <memory>
#include <new>

namespace attune {

template <class Element>
class AlignedBuffer {
 public:
  static constexpr std::size_t kAlignment = 64;  // bytes

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size) { reserve(size); }

  // Makes room for at least `size` elements, which hold nothing yet;
  // what was there before is lost when it grows.
  Element* reserve(std::size_t size) {
    if (size > size_) {
      data_.reset();
      size_ = 0;
      data_.reset(
          static_cast<Element*>(::operator new(size * sizeof(Element), std::align_val_t(kAlignment))));
      size_ = size;
    }
    return data_.get();
  }

  Element* data() noexcept { return data_.get(); }
  const Element* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }

 private:
  struct Free {
    void operator()(Element* memory) const noexcept {
      ::operator delete(memory, std::align_val_t(kAlignment));
    }
  };
  std::unique_ptr<Element[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace attune
