/** Policy {@code tokenExchange}: exchanges the client's token for one that the upstream accepts (RFC 8693). */
@NullMarked
package io.policyengine.policies.authentication.tokenexchange;

import org.jspecify.annotations.NullMarked;
