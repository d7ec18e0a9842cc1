package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses a configured JWK set. An unusable key is an error here, but not in a fetched set, since the operator can
 * correct only the configured one.
 */
record KeysParser() implements FileParser<Future<KeySet>> {
    @Override
    public Future<KeySet> parse(String text) {
        return Future.succeededFuture(keys(text));
    }

    /**
     * Parses the keys.
     *
     * @throws IllegalArgumentException if the set is invalid, holds an unusable key, or holds no key for signatures
     */
    static KeySet keys(String json) {
        return switch (KeySet.read(json)) {
            case KeySet.Reading.Bad(String problem) -> throw new IllegalArgumentException(problem);
            case KeySet.Reading.Ok(KeySet keys, List<String> passedOver) -> {
                List<String> faults = new ArrayList<>(passedOver);
                faults.addAll(keys.faults());
                if (!faults.isEmpty()) {
                    throw new IllegalArgumentException(String.join("; ", faults));
                }
                if (keys.size() == 0) {
                    throw new IllegalArgumentException("no key for signatures in the JWK set");
                }
                yield keys;
            }
        };
    }
}
