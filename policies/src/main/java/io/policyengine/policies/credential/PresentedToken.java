package io.policyengine.policies.credential;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import java.util.List;

/** The token that a request brings. */
public sealed interface PresentedToken {
    /** No token. */
    record None() implements PresentedToken {}

    /** Something that is no token, such as an empty one. */
    record Malformed() implements PresentedToken {}

    /** More than one: in several places, or in one place several times. */
    record Several() implements PresentedToken {}

    /** One token, as octets. */
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

        /** Takes the token out of the request that brought it. */
        public List<RequestInstruction> removal(RequestView request) {
            return source.removal(request);
        }

        /** Nothing of it. */
        @Override
        public String toString() {
            return "One[***]";
        }
    }
}
