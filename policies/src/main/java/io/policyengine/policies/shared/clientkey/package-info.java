/** The keys that limits count by: an identity, a client's address, a header. */
@NullMarked
package io.policyengine.policies.shared.clientkey;

import org.jspecify.annotations.NullMarked;
