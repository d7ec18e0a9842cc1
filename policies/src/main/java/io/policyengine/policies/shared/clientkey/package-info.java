/** The keys by which requests are counted, and answers kept, for each client: an identity, an address, fields. */
@NullMarked
package io.policyengine.policies.shared.clientkey;

import org.jspecify.annotations.NullMarked;
