/** Policy {@code tokenExchange}: gives the upstream a token of its own in place of the client's (RFC 8693). */
@NullMarked
package io.policyengine.policies.authentication.tokenexchange;

import org.jspecify.annotations.NullMarked;
