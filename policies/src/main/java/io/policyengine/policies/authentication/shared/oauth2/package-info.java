/** A client of authorization servers (RFC 6749) for policies that call one: client authentication and form requests. */
@NullMarked
package io.policyengine.policies.authentication.shared.oauth2;

import org.jspecify.annotations.NullMarked;
