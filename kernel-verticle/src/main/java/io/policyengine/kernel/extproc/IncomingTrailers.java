package io.policyengine.kernel.extproc;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.envoy.MutationRules;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The trailers of a message. A client can send any field in the trailers of a request, and an upstream may read
 * trailers as headers. Identity fields are therefore removed from trailers as well.
 *
 * @param view the trailers without the removed fields, as policies see them
 * @param removed names of the fields that Envoy has to remove, whether or not it sends them to the engine
 * @param problem the reason why Envoy would not remove one of them, or null
 */
record IncomingTrailers(
        TrailersView view, List<String> removed, @Nullable String problem) {
    /** Returns trailers from which no field is removed. */
    static IncomingTrailers whole(HeaderMap received) {
        return new IncomingTrailers(new TrailersView(received), List.of(), null);
    }

    /** Returns the trailers of a request, without the client's identity fields. */
    static IncomingTrailers without(IdentityFields identity, HeaderMap received, MutationRules rules) {
        List<String> unlisted = identity.unlistedIn(received);
        return new IncomingTrailers(
                new TrailersView(identity.removedFrom(received)),
                Stream.concat(identity.spellings().stream(), unlisted.stream()).toList(),
                unlisted.stream()
                        .map(rules::checkRemoval)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .map(dropped -> dropped + ", so a client could set an identity in this trailer")
                        .orElse(null));
    }

    /** Returns the result for trailers on which no policy runs. */
    PhaseResult.Passed<TrailersView> untouched() {
        return new PhaseResult.Passed<>(view, Set.of(), false, Metadata.empty(), 0);
    }

    /**
     * Returns the answer to Envoy's trailers message.
     *
     * @throws PolicyException if there are so many changes that Envoy would answer 500
     */
    EnvoyAnswer answer(EnvoyWriter writer, boolean request, PhaseResult.Passed<TrailersView> passed) {
        return writer.trailers(request, view, removed, passed.view(), passed.touched(), passed.metadata());
    }
}
