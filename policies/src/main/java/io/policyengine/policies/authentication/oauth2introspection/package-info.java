/** Policy {@code oauth2Introspection}: authenticates by a token that an authorization server introspects (RFC 7662). */
@NullMarked
package io.policyengine.policies.authentication.oauth2introspection;

import org.jspecify.annotations.NullMarked;
