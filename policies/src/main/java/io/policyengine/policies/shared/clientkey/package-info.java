/**
 * The keys by which requests are counted and responses are stored for each client: an identity, an address, or fields.
 */
@NullMarked
package io.policyengine.policies.shared.clientkey;

import org.jspecify.annotations.NullMarked;
