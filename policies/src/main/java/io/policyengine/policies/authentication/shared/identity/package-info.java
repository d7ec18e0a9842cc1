/** The fields in which authenticating policies send the client's identity upstream, and which clients must not send. */
@NullMarked
package io.policyengine.policies.authentication.shared.identity;

import org.jspecify.annotations.NullMarked;
