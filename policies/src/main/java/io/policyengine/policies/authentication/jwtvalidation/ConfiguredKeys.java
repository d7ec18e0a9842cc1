package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.vertx.core.Future;

/** Configured keys, from the parameters, or from a file that is read again when it changes. */
sealed interface ConfiguredKeys extends KeySource {
    record Fixed(Future<KeySet> keys) implements ConfiguredKeys {
        Fixed(KeySet keys) {
            this(Future.succeededFuture(keys));
        }

        @Override
        public Future<KeySet> keys(Call call) {
            return keys;
        }
    }

    record OfFile(WatchedFile<Future<KeySet>> file) implements ConfiguredKeys {
        @Override
        public Future<KeySet> keys(Call call) {
            return file.current();
        }
    }

    @Override
    default Future<KeySet> renewed(Call call) {
        return keys(call);
    }
}
