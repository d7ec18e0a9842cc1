/** Policy {@code oauth2Introspection}: authenticates by tokens that an authorization server knows (RFC 7662). */
@NullMarked
package io.policyengine.policies.authentication.oauth2introspection;

import org.jspecify.annotations.NullMarked;
