/** Policy {@code tokenExchange}: gives the upstream a token of its own in place of the client's (RFC 8693). */
@NullMarked
package io.policyengine.policies.tokenexchange;

import org.jspecify.annotations.NullMarked;
