/** A client of authorization servers (RFC 6749): client authentication and requests with forms. */
@NullMarked
package io.policyengine.policies.authentication.shared.oauth2;

import org.jspecify.annotations.NullMarked;
