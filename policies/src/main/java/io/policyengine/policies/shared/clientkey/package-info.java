/** The keys by which limits count requests: an identity, a client's address, a header or an expression. */
@NullMarked
package io.policyengine.policies.shared.clientkey;

import org.jspecify.annotations.NullMarked;
