package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ValidatedToken;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** The result of looking for a token in a request. */
public sealed interface TokenCredential {
    record None() implements TokenCredential {}

    /** A token that is not well-formed, such as an empty one. */
    record Malformed() implements TokenCredential {}

    /** A request with more than one token, from one source or several. */
    record Several() implements TokenCredential {}

    /** A request with one token. */
    final class One implements TokenCredential {
        private final String octets;
        private final TokenSource source;

        One(String octets, TokenSource source) {
            this.octets = octets;
            this.source = source;
        }

        public String octets() {
            return octets;
        }

        /**
         * Returns the outcome for the accepted token: it applies the instructions, records where the token was, and
         * passes the token to later policies.
         *
         * @param announced instructions that announce the identity
         * @param forward false to remove the token from the request
         */
        Future<RequestOutcome> accepted(List<RequestInstruction> announced, RequestView request, boolean forward) {
            List<RequestInstruction> instructions = new ArrayList<>(announced.size() + 2);
            instructions.addAll(announced);
            instructions.add(Identity.provenBy(List.of(source.proof())));
            if (!forward) {
                instructions.addAll(source.removal(request));
            }
            return Future.succeededFuture(new RequestOutcome.Proceed(instructions, null, new ValidatedToken(octets)));
        }

        /** Returns a text that reveals nothing of the token. */
        @Override
        public String toString() {
            return "One[***]";
        }
    }
}
