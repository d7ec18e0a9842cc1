/**
 * The fields in which authenticating policies send the client's identity upstream. Clients must not send these fields.
 */
@NullMarked
package io.policyengine.policies.authentication.shared.identity;

import org.jspecify.annotations.NullMarked;
