// The contrastive loss by itself, for tests and for trainers whose encoder is elsewhere.
#include "train/contrastive_loss.h"

#include "addon.h"
#include "promise_worker.h"
#include "properties.h"

namespace attune::binding {
namespace {

class LossWork final : public Work {
 public:
  explicit LossWork(const Napi::CallbackInfo& info) {
    const Napi::Object object = object_argument(info, 0, "batch");
    dim_ = static_cast<std::size_t>(number_property(object, "dim"));
    queries_ = float32_property(object, "queries");
    documents_ = float32_property(object, "documents");
    weights_ = float32_property(object, "weights");
    query_keys_ = int32_property(object, "queryKeys");
    document_keys_ = int32_property(object, "documentKeys");
    temperature_ = static_cast<float>(number_property(object, "temperature"));
    if (!(temperature_ > 0)) refuse("temperature", "above 0");
    const std::size_t batch = weights_.size();
    if (dim_ == 0 || queries_.size() != batch * dim_ || documents_.size() % dim_ != 0 ||
        query_keys_.size() != batch || documents_.size() < queries_.size() ||
        document_keys_.size() != documents_.size() / dim_) {
      throw Error("SHAPE_MISMATCH",
                  "Expected queries [batch, dim] with a weight and a key each, and at least as many "
                  "documents [batch + negatives, dim] with a key each, dim " +
                      std::to_string(dim_) + ".");
    }
    for (const float weight : weights_) {
      if (!(weight >= 0) || !std::isfinite(weight)) refuse("weights", "finite and not negative");
    }
  }

  void run(Progress&) override {
    ContrastiveBatch batch;
    batch.queries = {queries_.data(), weights_.size(), dim_};
    batch.documents = {documents_.data(), documents_.size() / dim_, dim_};
    batch.weights = weights_;
    batch.query_keys = query_keys_;
    batch.document_keys = document_keys_;
    batch.temperature = temperature_;
    query_gradients_.resize(queries_.size());
    document_gradients_.resize(documents_.size());
    ContrastiveLoss loss(active_level());
    loss_ = loss.run(batch, {query_gradients_.data(), weights_.size(), dim_},
                     {document_gradients_.data(), documents_.size() / dim_, dim_});
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object result = Napi::Object::New(env);
    result.Set("loss", Napi::Number::New(env, loss_));
    result.Set("queryGradients", to_float32_array(env, query_gradients_));
    result.Set("documentGradients", to_float32_array(env, document_gradients_));
    return result;
  }

 private:
  std::size_t dim_ = 0;
  std::vector<float> queries_, documents_, weights_, query_gradients_, document_gradients_;
  std::vector<std::int32_t> query_keys_, document_keys_;
  float temperature_ = 0;
  double loss_ = 0;
};

// contrastiveLoss(batch: LossBatch, task?: Task): Promise<LossResult>
Napi::Value contrastive_loss(const Napi::CallbackInfo& info) {
  return guarded(info, [&]() -> Napi::Value {
    return start_work(info.Env(), argument(info, 1), std::make_unique<LossWork>(info));
  });
}

}  // namespace

void init_contrastive_loss(Napi::Env env, Napi::Object exports) {
  exports.Set("contrastiveLoss", Napi::Function::New(env, contrastive_loss, "contrastiveLoss"));
}

}  // namespace attune::binding
