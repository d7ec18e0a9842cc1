package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ValidatedToken;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** The token that a request brings. */
public sealed interface PresentedToken {
    /** A request without a token. */
    record None() implements PresentedToken {}

    /** Something that is no token, such as an empty one. */
    record Malformed() implements PresentedToken {}

    /** A request with more than one token, in one place or several. */
    record Several() implements PresentedToken {}

    /** A request with one token, as octets. */
    final class One implements PresentedToken {
        private final String octets;
        private final TokenSource source;

        One(String octets, TokenSource source) {
            this.octets = octets;
            this.source = source;
        }

        /** The token. */
        public String octets() {
            return octets;
        }

        /**
         * The outcome for the request that brought the token, once it is found good: the policies after this one see these changes and
         * the token.
         *
         * @param forward false takes the token out of the request
         */
        Future<RequestOutcome> accepted(List<RequestInstruction> announced, RequestView request, boolean forward) {
            List<RequestInstruction> instructions = announced;
            if (!forward) {
                instructions = new ArrayList<>(announced);
                instructions.addAll(source.removal(request));
            }
            return Future.succeededFuture(new RequestOutcome.Proceed(instructions, null, new ValidatedToken(octets)));
        }

        /** A text that reveals nothing of the token. */
        @Override
        public String toString() {
            return "One[***]";
        }
    }
}
