// class FlatIndex: exact search. The rows stay in the core; queries and answers cross.
#include "indexes/flat_index.h"

#include <optional>
#include <utility>

#include "addon.h"
#include "arguments.h"
#include "indexes/flat_file.h"
#include "promise_worker.h"

namespace attune::binding {
namespace {

// search(queries: Float32Array, k: number, allowed: Uint32Array | undefined,
//   task: Task | undefined): Promise<Hits>
class SearchWork final : public Work {
 public:
  SearchWork(const Napi::CallbackInfo& info, const FlatIndex& index)
      : rows_(index.snapshot()),
        queries_(float32_matrix(info, 0, "queries", index.dim())),
        k_(positive_integer(info, 1, "k")) {
    if (!argument(info, 2).IsUndefined()) allowed_ = uint32_array(info, 2, "allowed");
  }

  void run(Progress& progress) override {
    const ConstMatrix queries(queries_.data(), queries_.size() / rows_.dim(), rows_.dim());
    hits_ = rows_.search(queries, k_, allowed_ ? &*allowed_ : nullptr, progress);
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object object = Napi::Object::New(env);
    object.Set("rows", to_int32_array(env, hits_.rows));
    object.Set("scores", to_float32_array(env, hits_.scores));
    return object;
  }

 private:
  const FlatSnapshot rows_;
  const std::vector<float> queries_;
  const std::size_t k_;
  std::optional<RowSet> allowed_;
  Hits hits_;
};

// scores(queries: Float32Array, rows: Int32Array, offsets: Uint32Array, task: Task | undefined):
//   Promise<Float32Array>
class ScoresWork final : public Work {
 public:
  ScoresWork(const Napi::CallbackInfo& info, const FlatIndex& index)
      : stored_(index.snapshot()),
        queries_(float32_matrix(info, 0, "queries", index.dim())),
        rows_(int32_array(info, 1, "rows")),
        offsets_(uint32_array(info, 2, "offsets")) {}

  void run(Progress& progress) override {
    const ConstMatrix queries(queries_.data(), queries_.size() / stored_.dim(), stored_.dim());
    scores_ = stored_.scores(queries, {rows_, offsets_}, progress);
  }
  Napi::Value result(Napi::Env env) override { return to_float32_array(env, scores_); }

 private:
  const FlatSnapshot stored_;
  const std::vector<float> queries_;
  const std::vector<std::int32_t> rows_;
  const std::vector<std::uint32_t> offsets_;
  std::vector<float> scores_;
};

// save(path: string, fingerprint: string, task: Task | undefined): Promise<void>
class SaveWork final : public Work {
 public:
  SaveWork(const Napi::CallbackInfo& info, const FlatIndex& index)
      : rows_(index.snapshot()), path_(text(info, 0, "path")), fingerprint_(text(info, 1, "fingerprint")) {}

  void run(Progress& progress) override { save_flat(rows_, path_, fingerprint_, progress); }
  Napi::Value result(Napi::Env env) override { return env.Undefined(); }

 private:
  const FlatSnapshot rows_;
  const std::string path_, fingerprint_;
};

class FlatIndexObject final : public Napi::ObjectWrap<FlatIndexObject> {
 public:
  // new (dim: number, metric: 'cosine' | 'innerProduct' | 'l2')
  explicit FlatIndexObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FlatIndexObject>(info) {
    guarded(info, [&] {
      index_ = std::make_shared<FlatIndex>(positive_integer(info, 0, "dim"),
                                           metric_of_name(text(info, 1, "metric")));
      return info.Env().Undefined();
    });
  }

  // An object over an index that the core has loaded.
  static Napi::Object wrap(Napi::Env env, LoadedFlat loaded) {
    const Napi::Number dim = Napi::Number::New(env, static_cast<double>(loaded.index->dim()));
    const Napi::String metric = Napi::String::New(env, name_of_metric(loaded.index->metric()));
    Napi::Object object = env.GetInstanceData<AddonData>()->flat_index_class.New({dim, metric});
    FlatIndexObject& wrapped = *Unwrap(object);
    wrapped.index_ = std::move(loaded.index);
    wrapped.fingerprint_ = std::move(loaded.fingerprint);
    wrapped.account_memory(env);
    return object;
  }

  static Napi::Function define(Napi::Env env);
  // The garbage collector's thread of JavaScript: what it frees is no longer counted.
  void Finalize(Napi::BasicEnv env) override {
    Napi::MemoryManagement::AdjustExternalMemory(env, -counted_bytes_);
  }

 private:
  // add(vectors: Float32Array): void
  Napi::Value add(const Napi::CallbackInfo& info) {
    return guarded(info, [&] {
      const std::vector<float> vectors = float32_matrix(info, 0, "vectors", index_->dim());
      index_->add(vectors.data(), vectors.size() / index_->dim());
      account_memory(info.Env());
      return info.Env().Undefined();
    });
  }

  Napi::Value search(const Napi::CallbackInfo& info) {
    return guarded(info, [&] {
      return start_work(info.Env(), argument(info, 3), std::make_unique<SearchWork>(info, *index_));
    });
  }

  Napi::Value scores(const Napi::CallbackInfo& info) {
    return guarded(info, [&] {
      return start_work(info.Env(), argument(info, 3), std::make_unique<ScoresWork>(info, *index_));
    });
  }

  Napi::Value save(const Napi::CallbackInfo& info) {
    return guarded(info, [&] {
      return start_work(info.Env(), argument(info, 2), std::make_unique<SaveWork>(info, *index_));
    });
  }

  static Napi::Value load(const Napi::CallbackInfo& info);

  Napi::Value dim(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->dim()));
  }
  Napi::Value metric(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), name_of_metric(index_->metric()));
  }
  Napi::Value count(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->count()));
  }
  Napi::Value fingerprint(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), fingerprint_);
  }

  // JavaScript sees a small object, and would keep many of them; this tells it what they hold.
  void account_memory(Napi::Env env) {
    // Numbers, codes, and what bounds them.
    const std::size_t row_bytes = index_->dim() * (sizeof(float) + 1) + 3 * sizeof(float);
    const auto bytes = static_cast<std::int64_t>(index_->count() * row_bytes);
    Napi::MemoryManagement::AdjustExternalMemory(env, bytes - std::exchange(counted_bytes_, bytes));
  }

  std::shared_ptr<FlatIndex> index_;
  std::string fingerprint_;
  std::int64_t counted_bytes_ = 0;
};

// load(path: string, expectedFingerprint: string | undefined, task: Task | undefined): Promise<FlatIndex>
class LoadWork final : public Work {
 public:
  explicit LoadWork(const Napi::CallbackInfo& info) : path_(text(info, 0, "path")) {
    if (!argument(info, 1).IsUndefined()) expected_fingerprint_ = text(info, 1, "expectedFingerprint");
  }

  void run(Progress& progress) override { loaded_ = load_flat(path_, expected_fingerprint_, progress); }
  Napi::Value result(Napi::Env env) override { return FlatIndexObject::wrap(env, std::move(loaded_)); }

 private:
  const std::string path_;
  std::optional<std::string> expected_fingerprint_;
  LoadedFlat loaded_;
};

Napi::Value FlatIndexObject::load(const Napi::CallbackInfo& info) {
  return guarded(info,
                 [&] { return start_work(info.Env(), argument(info, 2), std::make_unique<LoadWork>(info)); });
}

Napi::Function FlatIndexObject::define(Napi::Env env) {
  return DefineClass(
      env, "FlatIndex",
      {InstanceMethod<&FlatIndexObject::add>("add"), InstanceMethod<&FlatIndexObject::search>("search"),
       InstanceMethod<&FlatIndexObject::scores>("scores"), InstanceMethod<&FlatIndexObject::save>("save"),
       StaticMethod<&FlatIndexObject::load>("load"), InstanceAccessor<&FlatIndexObject::dim>("dim"),
       InstanceAccessor<&FlatIndexObject::metric>("metric"),
       InstanceAccessor<&FlatIndexObject::count>("count"),
       InstanceAccessor<&FlatIndexObject::fingerprint>("fingerprint")});
}

}  // namespace

void init_flat_index(Napi::Env env, Napi::Object exports) {
  const Napi::Function flat_index = FlatIndexObject::define(env);
  env.GetInstanceData<AddonData>()->flat_index_class = Napi::Persistent(flat_index);
  exports.Set("FlatIndex", flat_index);
}

}  // namespace attune::binding
