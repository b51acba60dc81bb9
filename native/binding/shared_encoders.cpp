#include "shared_encoders.h"

#include <map>
#include <mutex>

namespace attune::binding {
namespace {

struct Held {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<const Encoder>> encoders;
};

Held& held() {
  // Never destroyed: threads may end after the process has begun to.
  static Held& all = *new Held;
  return all;
}

}  // namespace

std::shared_ptr<const Encoder> shared_encoder(const std::string& name,
                                              const std::function<std::shared_ptr<const Encoder>()>& make) {
  if (name.empty()) return make();
  Held& all = held();
  // Held while it is made, so that who comes meanwhile gets the same.
  const std::lock_guard lock(all.mutex);
  std::erase_if(all.encoders, [](const auto& each) { return each.second.expired(); });
  if (const auto found = all.encoders.find(name); found != all.encoders.end()) {
    if (std::shared_ptr<const Encoder> encoder = found->second.lock()) return encoder;
  }
  std::shared_ptr<const Encoder> encoder = make();
  all.encoders[name] = encoder;
  return encoder;
}

}  // namespace attune::binding
